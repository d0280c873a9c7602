/// The program's version, as `tandem --version` and the status say it.
package let tandemVersion = "0.1.0"
