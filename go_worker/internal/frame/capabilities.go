package frame

import (
	"encoding/json"
)

// Append appends the capabilities as one line.
func (c Capabilities) Append(out []byte) []byte {
	text, err := json.Marshal(struct {
		Protocol      string              `json:"protocol"`
		Kind          string              `json:"kind"`
		Service       string              `json:"service"`
		Release       string              `json:"release"`
		Accepts       map[string][]string `json:"accepts"`
		Answers       map[string][]string `json:"answers"`
		MaxFrameBytes int                 `json:"max_frame_bytes"`
		Concurrency   int                 `json:"concurrency"`
		DryRun        bool                `json:"dry_run"`
	}{Protocol, "capabilities", c.Service, c.Release, c.Accepts, c.Answers, MaxBytes, c.Concurrency, c.DryRun})
	if err != nil {
		panic(err) // strings and numbers always have a JSON form
	}
	return append(append(out, text...), '\n')
}
