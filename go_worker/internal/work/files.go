package work

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"schemadiff.local/worker/internal/retry"
)

// staging begins the names of folders that a sync fills before it moves the files into place.
// They are no part of the tree, for this worker.
const staging = ".sync-"

// file is one regular file below a folder.
type file struct {
	path    string // from the root
	inside  string // from the folder
	size    int64
	changed time.Time
	mode    fs.FileMode
}

// walk lists the regular files at or below a place whose names match, in the order of their
// paths. It follows no link, and counts what is neither file nor folder.
func (r *Runner) walk(ctx context.Context, place, glob string) (files []file, skipped int64, err error) {
	err = fs.WalkDir(r.settings.Root.FS(), place, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case at != place && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid)):
			skipped++ // a folder that went away meanwhile, or whose name is no text
			return nil
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), staging):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case !match(glob, path.Base(at)):
			return nil
		case !entry.Type().IsRegular():
			skipped++
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			skipped++
			return nil
		}
		if err != nil {
			return err
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(at, place), "/")
		if inside == "" { // the place is a file itself
			inside = path.Base(at)
		}
		files = append(files, file{path: at, inside: inside, size: info.Size(), changed: info.ModTime(), mode: info.Mode().Perm()})
		return nil
	})
	return files, skipped, err
}

// open opens a regular file for reading. A pipe that took its place meanwhile must not block the
// job, hence O_NONBLOCK.
func (r *Runner) open(at string) (*os.File, error) {
	opened, err := r.settings.Root.OpenFile(at, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: at, Err: fs.ErrNotExist}
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
}

// copyBytes copies until the end, or until the context ends.
func copyBytes(ctx context.Context, to io.Writer, from io.Reader) (int64, error) {
	return io.Copy(writerOnly{to}, readerUntil{ctx, from})
}

// readerUntil makes every read a place where the work can stop.
type readerUntil struct {
	ctx  context.Context
	from io.Reader
}

func (r readerUntil) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(into)
}

// writerOnly hides the methods by which io.Copy would pass by readerUntil.
type writerOnly struct{ io.Writer }

// fileFailure says what an error of the file system means for the job.
func fileFailure(err error) *retry.Failure {
	kind := retry.Unavailable
	switch {
	case errors.Is(err, fs.ErrPermission) || escapes(err):
		kind = retry.Auth
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
		kind = retry.Validation
	default:
		for _, code := range []syscall.Errno{
			syscall.ENOTDIR, syscall.EISDIR, syscall.EEXIST, syscall.ENOTEMPTY, syscall.ELOOP, syscall.ENAMETOOLONG, syscall.EINVAL,
		} {
			if errors.Is(err, code) {
				kind = retry.Validation
			}
		}
	}
	return &retry.Failure{Kind: kind, Message: err.Error()}
}

// escapes tells whether the root refused a path because a link leads out of it. The error has no
// exported name.
func escapes(err error) bool {
	var failed *fs.PathError
	var moved *os.LinkError
	switch {
	case errors.As(err, &failed):
		err = failed.Err
	case errors.As(err, &moved):
		err = moved.Err
	}
	return err.Error() == "path escapes from parent"
}
