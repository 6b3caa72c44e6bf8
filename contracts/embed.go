// Package contracts holds the messages between the orchestrator and its workers as data: a worker
// that imports it is compiled with the very files that the rest of the repository compares and
// publishes, so the two cannot drift apart.
package contracts

import "embed"

// Files are the contracts (NAME.vN.json), their manifest (contracts.yaml) and the retry table
// (retry.yaml).
//
//go:embed *.json *.yaml
var Files embed.FS
