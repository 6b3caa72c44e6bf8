// Package job turns a validated message of any version into the one form that the work is done from.
package job

import (
	"fmt"
	"time"

	"schemadiff.local/worker/internal/exact"
	"schemadiff.local/worker/internal/retry"
)

// Action is what a task does.
type Action string

// The actions.
const (
	Sync    Action = "sync"
	Scan    Action = "scan"
	Cleanup Action = "cleanup"
)

// What holds where a task leaves a member out: the defaults of the contracts.
const (
	DefaultSource     = "inbox"
	DefaultTarget     = "mirror"
	DefaultGlob       = "*"
	DefaultMaxAgeDays = 30
)

// Job is what a message asks for, whatever its version.
type Job struct {
	ID      string
	Tenant  string // v2
	TraceID string // v2
	Timeout time.Duration
	Tasks   []Task
	Retry   retry.Policy
}

// Task is one piece of a job.
type Task struct {
	ID         string
	Action     Action
	Source     string // sync and scan: a path, or an address
	Target     string // sync and cleanup: a path
	Glob       string
	MaxAgeDays int // cleanup
}

// Versions are the versions of job_request that this worker understands.
var Versions = []string{"v1", "v2"}

// Read takes a message that is valid in that version apart. It reads the validated value itself:
// names by their exact spelling, numbers however they are written.
func Read(version string, message map[string]any) Job {
	job := Job{ID: message["job_id"].(string), Retry: policy(message)}
	switch version {
	case "v1":
		job.Timeout = time.Duration(integer(message, "timeout_seconds", 0)) * time.Second
	case "v2":
		job.Timeout = time.Duration(integer(message, "timeout_ms", 0)) * time.Millisecond
		job.Tenant = text(message, "tenant", "")
		if trace, ok := message["trace"].(map[string]any); ok {
			job.TraceID = text(trace, "trace_id", "")
		}
	default:
		panic("no reader for job_request " + version)
	}
	for _, item := range message["tasks"].([]any) {
		task := item.(map[string]any)
		job.Tasks = append(job.Tasks, Task{
			ID:         text(task, "id", ""),
			Action:     Action(text(task, "action", "")),
			Source:     text(task, "source", DefaultSource),
			Target:     text(task, "target", DefaultTarget),
			Glob:       text(task, "glob", DefaultGlob),
			MaxAgeDays: maxAge(version, task),
		})
	}
	return job
}

// maxAge is read where the version declares it: a v2 member of that name is one that nobody validated.
func maxAge(version string, task map[string]any) int {
	if version != "v1" {
		return DefaultMaxAgeDays
	}
	return integer(task, "max_age_days", DefaultMaxAgeDays)
}

func policy(message map[string]any) retry.Policy {
	given, ok := message["retry_policy"].(map[string]any)
	if !ok {
		return retry.Policy{}
	}
	backoff := integer(given, "backoff_ms", int(retry.DefaultBackoff/time.Millisecond))
	return retry.Policy{
		MaxRetries: integer(given, "max_retries", retry.DefaultMaxRetries),
		Backoff:    time.Duration(backoff) * time.Millisecond,
	}
}

func text(object map[string]any, name, absent string) string {
	value, there := object[name]
	if !there {
		return absent
	}
	return value.(string)
}

func integer(object map[string]any, name string, absent int) int {
	value, there := object[name]
	if !there {
		return absent
	}
	whole, ok := exact.Integer(value)
	if !ok {
		panic(fmt.Sprintf("%s is not an integer, and the message was validated", name))
	}
	return int(whole)
}

// Cutoff is the day before which a file has to be last changed for this cleanup to delete it.
func (t Task) Cutoff(today time.Time) time.Time {
	return today.AddDate(0, 0, -t.MaxAgeDays)
}

// Plan says in words what the task would do on that day.
func (t Task) Plan(today time.Time) string {
	files := "the files"
	if t.Glob != DefaultGlob {
		files = "the files named " + exact.Quote(t.Glob)
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
	panic("no plan for " + string(t.Action))
}
