// The pause container's program: no dependencies.
module fleet.local/toolchain/pause

go 1.26.0
