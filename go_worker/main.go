// The job worker: it takes job requests as frames on stdin, or over HTTP, and does them.
package main

import (
	"os"

	"schemadiff.local/worker/internal/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
