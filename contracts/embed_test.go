package contracts_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"

	"github.com/schemadiff/schemadiff/contracts"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"contracts.yaml", "retry.yaml", "job_request.v1.json", "job_request.v2.json", "job_response.v1.json", "job_response.v2.json",
	} {
		name := name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := contracts.Files.ReadFile(name)
			if err != nil || len(content) == 0 {
				t.Fatalf("%d bytes, %v", len(content), err)
			}
		})
	}
	schemas, err := fs.Glob(contracts.Files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range schemas {
		name := name
		t.Run(name+" is JSON", func(t *testing.T) {
			t.Parallel()
			content, err := contracts.Files.ReadFile(name)
			if err != nil || !json.Valid(content) {
				t.Errorf("not JSON, %v", err)
			}
		})
	}
}

// A schema is read by the name of its contract and version.
func Example() {
	content, err := contracts.Files.ReadFile("job_request.v1.json")
	if err != nil {
		panic(err)
	}
	var schema struct {
		Type     string   `json:"type"`
		Required []string `json:"required"`
	}
	if err := json.Unmarshal(content, &schema); err != nil {
		panic(err)
	}
	fmt.Println(schema.Type, schema.Required)
	// Output: object [schema_version job_id timeout_seconds tasks]
}
