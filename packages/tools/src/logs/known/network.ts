import type { KnownFailure } from "./known-failure.ts";

export const tlsFailures: readonly KnownFailure[] = [
  {
    name: "tls_hostname_mismatch",
    code: "tls.certificate",
    severity: "critical",
    meaning: "The certificate is for another host name.",
    hint: "Compare the name that is called with the certificate's names; look for a changed address.",
    patterns: [
      /ERR_TLS_CERT_ALTNAME_INVALID|certificate is (?:not )?valid for .{1,200}|no subject alternative (?:dns )?names?/i,
      /host ?name .{1,100}(?:doesn't|does not) match|hostname\/ip does not match|hostname mismatch/i,
    ],
    and: /certificate|altname|x509|\btls\b|\bssl\b|hostname/i,
  },
  {
    name: "tls_expired",
    code: "tls.certificate",
    severity: "critical",
    meaning: "A certificate has expired, or is not valid yet.",
    hint: "Renew it; then find out why renewal did not happen by itself.",
    patterns: [
      /certificate (?:has |is |was )?(?:already )?expired|certificate is not yet valid|CERT_HAS_EXPIRED|CertificateExpired/i,
      /expired certificate|certificate_expired|CertificateNotYetValid|CertificateExpiredException|SSL\w*Exception: NotAfter: /i,
    ],
  },
  {
    name: "tls_untrusted",
    code: "tls.certificate",
    severity: "critical",
    meaning: "A certificate is not trusted: unknown authority, self-signed, or a chain with a part missing.",
    hint: "Compare the issuer with the trusted roots of the image; look for a changed certificate or base image.",
    patterns: [
      /\bx509: |certificate verify failed|certificate signed by unknown|PKIX path|SSLHandshakeException/i,
      /self[- ]signed certificate|unable to (?:verify the first certificate|get (?:local )?issuer certificate)/i,
      /tls: (?:bad|unknown|failed|handshake failure|protocol version)|UNABLE_TO_VERIFY_LEAF|SSL routines:|SEC_ERROR_UNKNOWN_ISSUER/i,
      /the SSL connection could not be established/i,
      /certificate (?:is )?(?:not trusted|untrusted|unknown|revoked|rejected)|remote certificate (?:is|was) (?:invalid|rejected)/i,
    ],
  },
];

export const nameFailures: readonly KnownFailure[] = [
  {
    name: "dns_failure",
    code: "network.dns",
    severity: "critical",
    meaning: "A host name cannot be resolved.",
    hint: "One name only: check its spelling and that the service exists. Many: check the cluster's DNS.",
    patterns: [
      /\bENOTFOUND\b|\bEAI_AGAIN\b|\bNXDOMAIN\b|\bSERVFAIL\b|UnknownHostException|UnresolvedAddressException|\bgaierror\b/,
      /no such host|server misbehaving|name or service not known|name does not resolve|nodename nor servname/i,
      // CoreDNS about its upstream, nginx, HAProxy, PHP
      /plugin\/errors: \d|host not found in upstream|\(DNS NX status\)|getaddrinfo failed/i,
      /failure (?:in name resolution|resolving)|\bbad address '|could not (?:resolve|translate) host|unable to resolve host|dns (?:lookup|resolution|query) (?:failed|failure|error|timed out)/i,
    ],
  },
];

export const upstreamFailures: readonly KnownFailure[] = [
  {
    name: "upstream_unavailable",
    code: "network.upstream",
    severity: "critical",
    meaning: "A proxy found no backend that answers: 502, 503 or 504.",
    hint: "Check the pods behind the route: ready, restarting, or slower than the proxy's timeout.",
    patterns: [
      /upstream connect error|no healthy (?:upstream|host|backend)|no live upstreams|upstream (?:prematurely closed|timed out|request timeout|server temporarily)/i,
      /\b50[234] (?:bad gateway|service (?:temporarily )?unavailable|gateway time-?out)|\bbad gateway\b|\bgateway time-?out\b/i,
      /service (?:is )?(?:temporarily |currently )?unavailable|(?:server|backend) \S{1,100} is DOWN\b|no server (?:is )?available\b|\bServiceUnavailable\b.{0,20}\b503\b/i,
      /(?:status|code|http)(?:[ _-]?code)?["']?\s?[:=]?\s?["']?50[234]\b|HTTP\/\d(?:\.\d)?["']? 50[234]\b/i,
    ],
  },
];

export const connectionFailures: readonly KnownFailure[] = [
  {
    name: "connection_blocked",
    code: "network.unreachable",
    severity: "critical",
    meaning: "The network does not let the connection through: no route, or a rule forbids it.",
    hint: "Check network policies, security groups and routes for a recent change.",
    patterns: [
      /\bconnect (?:EPERM|EACCES)\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|no route to host|network is unreachable|host is unreachable/i,
      /NoRouteToHostException|(?:dial|connect)\w*\b.{0,80}(?:operation not permitted|permission denied)|socket in a way forbidden/i,
      /connection (?:was )?(?:denied|blocked|administratively prohibited)|connection to \S{1,100} (?:denied|blocked)/i,
    ],
  },
  {
    name: "connection_refused",
    code: "network.refused",
    severity: "critical",
    meaning: "The host answers but nothing listens on the port.",
    hint: "Check whether the other side runs and is ready, and its address and port.",
    patterns: [
      /connection refused|\bECONNREFUSED\b|actively refused|connect call failed|failed to connect to \S{1,100} port \d+/i,
    ],
  },
  {
    name: "deadline_exceeded",
    code: "network.timeout",
    severity: "critical",
    meaning: "A call was given up because its deadline passed.",
    hint: "Find the slowest hop: the called service's latency, then its dependencies.",
    patterns: [/context deadline exceeded|deadline[ _]?exceeded/i],
  },
  {
    name: "connection_timeout",
    code: "network.timeout",
    severity: "critical",
    meaning: "A connection or call got no answer in time.",
    hint: "Check whether the other side is overloaded or its packets are dropped.",
    patterns: [
      /\bE(?:SOCKET)?TIMEDOUT\b|i\/o timeout|handshake timeout|\bconnect(?:ion)?[- ]?timeout(?:error|exception| exceeded| expired| after)/i,
      /(?:Socket|Connect|Connection|Read|Write|Http|Request|Gateway)Time[dO]?out(?:Error|Exception)?\b|ReadTimeout|ConnectTimeout|Client\.Timeout/,
      /\b(?:connect(?:ion|ing)?|request|read|write|operation|call|socket|dial|response|fetch|attempt)\b.{0,120}\btimed[- ]out/i,
      /timeout of \d+ ?ms exceeded|timeout was reached|\btimed? ?out (?:after|while|waiting|awaiting|connecting|reading)\b/i,
      /\btimeout (?:after|while|waiting|awaiting|expired|exceeded)\b|\bTimeout(?:Error|Exception)\b/i,
    ],
  },
  {
    name: "connection_reset",
    code: "network.reset",
    severity: "warning",
    meaning: "The other side, or something between, cut the connection.",
    hint: "Check restarts of the other side, idle timeouts of proxies and load balancers.",
    patterns: [
      /connection (?:was )?(?:forcibly )?(?:reset|aborted)|\bECONNRESET\b|\bECONNABORTED\b|\bEPIPE\b|broken pipe|socket hang up/i,
      /connection (?:was )?(?:unexpectedly |prematurely )?(?:closed|terminated) (?:by (?!(?:the )?client)|unexpectedly|prematurely|before)|(?:server|remote end) closed (?:the )?connection/i,
      /\bunexpected EOF\b|RemoteDisconnected|premature (?:close|end of)|lost connection to/i,
    ],
  },
  {
    name: "grpc_unavailable",
    code: "network.upstream",
    severity: "critical",
    meaning: "A gRPC call found no server that takes it.",
    hint: "Check the called service's pods and the client's balancing after a rollout.",
    patterns: [
      /code = Unavailable|StatusCode\.UNAVAILABLE|\bUNAVAILABLE: |all SubConns are in TransientFailure|transport is closing/,
    ],
  },
];
