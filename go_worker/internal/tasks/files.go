package tasks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// file is one regular file below a folder.
type file struct {
	path     string // relative to the root
	relative string // relative to the folder
	size     int64
	modified time.Time
	mode     fs.FileMode
}

// walk returns the regular files at or below a path whose names match the glob, sorted by path. It
// follows no symbolic link, and counts as skipped whatever is neither a regular file nor a folder.
func (r *Runner) walk(ctx context.Context, start, glob string) (files []file, skipped int64, err error) {
	err = fs.WalkDir(r.config.Root.FS(), start, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case at != start && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid)):
			skipped++ // a folder that was removed meanwhile, or whose name is not UTF-8
			return nil
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), stagingPrefix):
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
		relative := strings.TrimPrefix(strings.TrimPrefix(at, start), "/")
		if relative == "" { // start is itself a file
			relative = path.Base(at)
		}
		files = append(files, file{path: at, relative: relative, size: info.Size(), modified: info.ModTime(), mode: info.Mode().Perm()})
		return nil
	})
	return files, skipped, err
}

// open opens a regular file for reading. Another process may have replaced it by a named pipe since
// it was listed, on which opening would block; hence O_NONBLOCK.
func (r *Runner) open(name string) (*os.File, error) {
	opened, err := r.config.Root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
}

// copyBytes copies until the end of from, or until ctx is done.
func copyBytes(ctx context.Context, to io.Writer, from io.Reader) (int64, error) {
	return io.Copy(writerOnly{to}, contextReader{ctx, from})
}

// contextReader is a reader that fails once ctx is done.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

// Read reads unless ctx is done.
func (r contextReader) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(into)
}

// writerOnly hides ReadFrom, by which io.Copy would bypass contextReader.
type writerOnly struct{ io.Writer }

// invalidPathErrors are the system errors of a path that can never be used as the message wants.
var invalidPathErrors = []error{
	fs.ErrNotExist, fs.ErrInvalid, syscall.ENOTDIR, syscall.EISDIR, syscall.EEXIST, syscall.ENOTEMPTY, syscall.ELOOP, syscall.ENAMETOOLONG,
	syscall.EINVAL,
}

// classifyFileError returns the kind of an error of the file system.
func (r *Runner) classifyFileError(err error) *retry.Error {
	is := func(target error) bool { return errors.Is(err, target) }
	kind := retry.Unavailable
	switch {
	case is(fs.ErrPermission) || is(r.errPathEscapes):
		kind = retry.Auth
	case slices.ContainsFunc(invalidPathErrors, is):
		kind = retry.Validation
	}
	return &retry.Error{Kind: kind, Err: err}
}

// pathEscapesError returns the error of os.Root about a path that leads out of it. The os package does
// not export that error, so it is taken from a call that must fail with it.
func pathEscapesError(root *os.Root) error {
	_, err := root.Lstat("..")
	var pathError *fs.PathError
	if !errors.As(err, &pathError) {
		panic(fmt.Sprintf("os.Root did not confine a path: %v", err))
	}
	return pathError.Err
}
