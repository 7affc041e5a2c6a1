// Custom resource definitions, pinned: read for their schemas, never built.
module fleet.local/toolchain/crds

go 1.26.0

require (
	github.com/external-secrets/external-secrets v1.3.2
	istio.io/api v1.31.1
	sigs.k8s.io/gateway-api v1.3.0
)
