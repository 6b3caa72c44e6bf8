// Package contracts embeds the contracts between the orchestrator and its workers. A worker that
// imports it is compiled with the files that the rest of the repository compares and publishes.
package contracts

import "embed"

// Files holds the schemas of the contracts (NAME.vN.json), the manifest (contracts.yaml) and the retry
// table (retry.yaml).
//
//go:embed *.json *.yaml
var Files embed.FS
