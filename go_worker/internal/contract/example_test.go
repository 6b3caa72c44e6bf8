package contract_test

import (
	"fmt"
	"time"

	"github.com/schemadiff/schemadiff/contracts"
	"github.com/schemadiff/schemadiff/go_worker/internal/contract"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// A message is validated under the version that it names.
func ExampleContract_Validate() {
	requests, err := contract.Load(contracts.Files, "job_request", []string{"v1", "v2"})
	if err != nil {
		panic(err)
	}
	message, err := strictjson.Parse(`{
		"schema_version": "v1", "job_id": "nightly-0001", "timeout_seconds": 301, "tasks": [{"action": "scan"}]
	}`)
	if err != nil {
		panic(err)
	}
	result := requests.Validate(message, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	fmt.Println(result.Version)
	for _, problem := range result.Problems {
		fmt.Println(problem)
	}
	// Output:
	// v1
	// /tasks/0/id: is missing
	// /timeout_seconds: is 301, greater than maximum 300
}
