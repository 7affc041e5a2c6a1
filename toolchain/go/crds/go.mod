// Custom resource definitions, pinned: read for their schemas, never built.
module fleet.local/toolchain/crds

go 1.26.0

require (
	github.com/external-secrets/external-secrets v1.3.2
)
