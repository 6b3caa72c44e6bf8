// Command go_worker runs job requests that it reads as frames on stdin or receives over HTTP. It is
// installed as job-worker.
package main

import (
	"os"

	"github.com/schemadiff/schemadiff/go_worker/internal/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
