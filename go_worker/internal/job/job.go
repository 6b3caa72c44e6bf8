// Package job decodes a validated job_request of any version into one version-independent value.
package job

import (
	"fmt"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Action is what a task does.
type Action string

// The actions.
const (
	Sync    Action = "sync"
	Scan    Action = "scan"
	Cleanup Action = "cleanup"
)

// The defaults of a task's optional properties, as the contracts state them.
const (
	DefaultSource     = "inbox"
	DefaultTarget     = "mirror"
	DefaultGlob       = "*"
	DefaultMaxAgeDays = 30
)

// Job is the content of a job_request.
type Job struct {
	ID      string
	Tenant  string // since v2
	TraceID string // since v2
	Timeout time.Duration
	Tasks   []Task
	Retry   retry.Policy
}

// Task is one step of a job.
type Task struct {
	ID         string
	Action     Action
	Source     string // sync and scan: a path or a URL
	Target     string // sync and cleanup: a path
	Glob       string
	MaxAgeDays int // cleanup
}

// Versions are the versions of job_request that Decode supports.
var Versions = []string{"v1", "v2"}

// Decode decodes a message that is valid under the given version of job_request. It panics if the
// message is not valid, or if Versions does not contain the version.
func Decode(version string, message map[string]any) Job {
	job := Job{ID: message["job_id"].(string), Retry: decodePolicy(message)}
	switch version {
	case "v1":
		job.Timeout = time.Duration(integerOr(message, "timeout_seconds", 0)) * time.Second
	case "v2":
		job.Timeout = time.Duration(integerOr(message, "timeout_ms", 0)) * time.Millisecond
		job.Tenant = stringOr(message, "tenant", "")
		if trace, ok := message["trace"].(map[string]any); ok {
			job.TraceID = stringOr(trace, "trace_id", "")
		}
	default:
		panic("unsupported version of job_request: " + version)
	}
	for _, item := range message["tasks"].([]any) {
		task := item.(map[string]any)
		job.Tasks = append(job.Tasks, Task{
			ID:         stringOr(task, "id", ""),
			Action:     Action(stringOr(task, "action", "")),
			Source:     stringOr(task, "source", DefaultSource),
			Target:     stringOr(task, "target", DefaultTarget),
			Glob:       stringOr(task, "glob", DefaultGlob),
			MaxAgeDays: maxAgeDays(version, task),
		})
	}
	return job
}

// maxAgeDays decodes max_age_days in v1 only: v2 does not declare it, so its value was not validated.
func maxAgeDays(version string, task map[string]any) int {
	if version != "v1" {
		return DefaultMaxAgeDays
	}
	return integerOr(task, "max_age_days", DefaultMaxAgeDays)
}

func decodePolicy(message map[string]any) retry.Policy {
	policy, ok := message["retry_policy"].(map[string]any)
	if !ok {
		return retry.Policy{}
	}
	backoff := integerOr(policy, "backoff_ms", int(retry.DefaultBackoff/time.Millisecond))
	return retry.Policy{
		MaxRetries: integerOr(policy, "max_retries", retry.DefaultMaxRetries),
		Backoff:    time.Duration(backoff) * time.Millisecond,
	}
}

// stringOr returns a property of type string, or the default if it is absent.
func stringOr(object map[string]any, name, defaultValue string) string {
	value, ok := object[name]
	if !ok {
		return defaultValue
	}
	return value.(string)
}

// integerOr returns a property of type integer, or the default if it is absent.
func integerOr(object map[string]any, name string, defaultValue int) int {
	value, ok := object[name]
	if !ok {
		return defaultValue
	}
	integer, ok := strictjson.Integer(value)
	if !ok {
		panic(fmt.Sprintf("%s is not an integer in a message that was validated", name))
	}
	return int(integer)
}

// Cutoff returns the day before which a file must have been modified for this cleanup to delete it.
func (t Task) Cutoff(today time.Time) time.Time {
	return today.AddDate(0, 0, -t.MaxAgeDays)
}

// Describe returns one sentence on what the task does on the given day.
func (t Task) Describe(today time.Time) string {
	files := "the files"
	if t.Glob != DefaultGlob {
		files = "the files named " + strictjson.Quote(t.Glob)
	}
	switch t.Action {
	case Sync:
		return fmt.Sprintf("copy %s that changed from %s to %s", files, t.Source, t.Target)
	case Scan:
		return fmt.Sprintf("list size and checksum of %s below %s", files, t.Source)
	case Cleanup:
		return fmt.Sprintf("delete %s below %s that were last changed before %s",
			files, t.Target, t.Cutoff(today).Format(time.DateOnly))
	}
	panic("unknown action: " + string(t.Action))
}
