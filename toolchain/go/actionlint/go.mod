// actionlint, pinned: checks .github/workflows.
module fleet.local/toolchain/actionlint

go 1.26.0

tool github.com/rhysd/actionlint/cmd/actionlint

require github.com/rhysd/actionlint v1.7.12 // indirect
