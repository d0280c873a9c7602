let sample = """
  node: {name: a1, region: local, zone: a}
  store: sqlite:/var/lib/tandem/tandem.db
  sip:
    listen: [udp:127.0.0.1:5060, tcp:127.0.0.1:5060]
    trusted: [127.0.0.77/32]
  media: {address: 127.0.0.1, ports: 20000-20999, anchor: always}
  http: {listen: 127.0.0.1:8080}
  domains:
    - name: example.test
      subscribers:
        - {user: alice, password: secret1}
        - {user: bob, password: secret2, number: "+15550002"}
  """
