# Each target is one command; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: run demo test timing attacks api-fuzz crash-matrix build format lint simulate fuzz bench
.PHONY: soak package package-check clean help

run: build ## Start a sample phone system and say what to dial
	@Scripts/run

demo: build ## Kill the process in the middle of a call, and see the call go on
	@Scripts/setup run test
	@Scripts/demo

build: ## Build the release program, .build/release/tandem
	@Scripts/setup run
	swift build -c release --product tandem

test: ## Run every test, those with real phones too
	@Scripts/setup run test
	swift build --build-tests
	swift test --skip-build --disable-xctest --skip IntegrationTests
	@# By themselves: they choose ports, and want them free.
	swift test --skip-build --disable-xctest --filter IntegrationTests

timing: ## Compare how long answers about known and unknown users take
	@Scripts/setup run
	TANDEM_TIMING=1 swift test --disable-xctest --filter TimingTests

attacks: ## Scan and flood a node, hold 10,000 connections, and write down what it costs
	@Scripts/setup run test
	swift build --build-tests
	ulimit -n "$$(ulimit -H -n)"; TANDEM_ATTACKS=1 swift test --skip-build --disable-xctest \
	  --filter 'FloodTests|IdleConnectionTests|FragmentTests|ScannerTests'

api-fuzz: ## Send the API what its description allows, and what it does not
	@Scripts/setup run
	swift build --product tandem
	@Scripts/api-fuzz

crash-matrix: build ## Kill the program in every state of a call, and write down what it costs
	@Scripts/setup run test
	swift build --build-tests
	TANDEM_CRASH_MATRIX=1 TANDEM_PROGRAM="$$PWD/.build/release/tandem" swift test --skip-build \
	  --disable-xctest --filter 'CrashMatrixTests|HeldCallsTests'

format: ## Format the code in place
	swift format --in-place --recursive Sources Tests Package.swift

lint: ## Check the code's format and its conventions
	swift format lint --strict --recursive Sources Tests Package.swift

simulate: ## Attack 10,000 simulated nodes, and say how many seeds a second
	@Scripts/setup run
	swift run -c release simulate --seeds 10000

fuzz: ## Fuzz the parsers for a while
	@Scripts/setup run
	Fuzzing/run

bench: ## Measure Tandem beside its peers
	@Scripts/setup run bench
	Benchmarks/run

soak: build ## Make 100,000 calls, and look whether anything of them is left
	@Scripts/setup run bench
	Benchmarks/soak --program .build/release/tandem

package: ## Build a Debian package, dist/tandem_VERSION_ARCH.deb
	@Scripts/setup run package
	TANDEM_STATIC=1 swift build -c release --product tandem
	@Packaging/build

package-check: package ## Install the package in a fresh Debian, call, upgrade, remove
	@Packaging/check dist/tandem_*.deb

clean: ## Remove what the builds made
	swift package clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14
