package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

const (
	maxRedirects  = 5
	maxRetryAfter = time.Hour
)

// isURL reports whether a source is a URL and not a path.
func isURL(source string) bool {
	return strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")
}

func (r *Runner) newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // sizes and checksums are those of the bytes as served
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(request *http.Request, via []*http.Request) error {
			if len(via) >= maxRedirects {
				return retry.Errorf(retry.Validation, "the source redirects more than %d times", maxRedirects)
			}
			return r.checkHost(request.URL)
		},
	}
}

// checkHost returns an error for a host that is not among the allowed ones. Redirects are checked as
// well, since an allowed host could redirect to any other.
func (r *Runner) checkHost(source *url.URL) error {
	allowed := r.config.AllowedHosts
	if len(allowed) == 0 || slices.Contains(allowed, source.Host) || slices.Contains(allowed, source.Hostname()) {
		return nil
	}
	return retry.Errorf(retry.Auth, "this worker may not download from %s", source.Host)
}

// syncURL downloads one file, and replaces the target if the content differs. The request has no
// If-Modified-Since: the target may be a file of the same name from another URL.
func (r *Runner) syncURL(ctx context.Context, task job.Task) (response.Result, error) {
	name := fileName(task.Source)
	if !match(task.Glob, name) {
		return response.Result{Outcome: response.Unchanged}, nil
	}
	target := path.Join(task.Target, name)
	staged := newStaging(r.config.Root, task.Target)
	defer staged.discard()
	err := r.download(ctx, task.Source, func(ctx context.Context, header http.Header, body io.Reader) error {
		modified, _ := http.ParseTime(header.Get("Last-Modified")) // zero if there is none
		return staged.add(ctx, body, target, modified, 0o644)
	})
	if err != nil {
		return response.Result{}, err
	}
	return staged.commit(ctx, 0)
}

// scanURL returns size and checksum of one file.
func (r *Runner) scanURL(ctx context.Context, task job.Task) (response.Result, error) {
	list := newListing()
	name := fileName(task.Source)
	if !match(task.Glob, name) {
		return list.result(0), nil
	}
	err := r.download(ctx, task.Source, func(ctx context.Context, _ http.Header, body io.Reader) error {
		hash := sha256.New()
		size, err := copyBytes(ctx, hash, body)
		if err == nil {
			list.add(response.Entry{Path: name, Bytes: size, SHA256: hex.EncodeToString(hash.Sum(nil))})
		}
		return err
	})
	return list.result(0), err
}

// fileName returns the last segment of a URL's path, or "index" if that is not a file name that the
// contract allows.
func fileName(source string) string {
	parsed, err := url.Parse(source)
	if err != nil {
		return "index"
	}
	name := path.Base(parsed.Path)
	forbidden := func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }
	if strings.HasSuffix(parsed.Path, "/") || strings.HasPrefix(name, ".") || name == "/" || strings.ContainsFunc(name, forbidden) {
		return "index"
	}
	return name
}

// bodyFunc consumes the body of a successful response. Its context ends when the download stalls.
type bodyFunc func(ctx context.Context, header http.Header, body io.Reader) error

// download requests a URL through the circuit breaker of its host, and calls use with the response.
func (r *Runner) download(ctx context.Context, source string, use bodyFunc) error {
	parsed, err := url.Parse(source)
	if err != nil {
		return &retry.Error{Kind: retry.Validation, Err: err}
	}
	if err := r.checkHost(parsed); err != nil {
		return err
	}
	return r.breakers.Do(parsed.Host, func() error { return r.request(ctx, source, use) })
}

var errStalled = errors.New("download stalled")

// request requests a URL once. An error of use that is not one of the download, such as that of a full
// disk, is returned as it is: without a kind it does not count for the circuit breaker.
func (r *Runner) request(ctx context.Context, source string, use bodyFunc) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(r.config.StallTimeout, func() { cancel(errStalled) })
	defer stall.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return &retry.Error{Kind: retry.Validation, Err: err}
	}
	request.Header.Set("User-Agent", "schemadiff-job-worker")
	got, err := r.client.Do(request)
	if err != nil {
		return r.transportError(ctx, request.URL.Host, err)
	}
	defer got.Body.Close()
	if err := statusError(got, time.Now()); err != nil {
		return err
	}
	body := &downloadBody{from: got.Body, stall: stall, stallTimeout: r.config.StallTimeout, remaining: r.config.MaxBytes}
	err = use(ctx, got.Header, body)
	if body.err != nil {
		return r.transportError(ctx, request.URL.Host, body.err)
	}
	return err
}

// downloadBody reads the body of a response: it restarts the stall timer with each byte, limits the
// size, and keeps the error of reading.
type downloadBody struct {
	from         io.Reader
	stall        *time.Timer
	stallTimeout time.Duration
	remaining    int64
	err          error
}

// Read reads from the body.
func (b *downloadBody) Read(into []byte) (int, error) {
	n, err := b.from.Read(into)
	if n > 0 {
		b.stall.Reset(b.stallTimeout)
	}
	if b.remaining -= int64(n); b.remaining < 0 {
		err = retry.Errorf(retry.Validation, "the source is larger than this worker downloads")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// transportError classifies an error of a response that did not arrive, or not as a whole.
func (r *Runner) transportError(ctx context.Context, host string, err error) *retry.Error {
	var classified *retry.Error
	if errors.As(err, &classified) {
		return classified
	}
	var network net.Error
	switch {
	case errors.Is(context.Cause(ctx), errStalled):
		return retry.Errorf(retry.Timeout, "%s sent nothing for %s: %w", host, r.config.StallTimeout, errStalled)
	case ctx.Err() != nil: // the timeout of the job or a shutdown: no failure of the host
		return &retry.Error{Kind: retry.Timeout, Err: err}
	case errors.As(err, &network) && network.Timeout():
		return &retry.Error{Kind: retry.Timeout, Err: err}
	}
	return &retry.Error{Kind: retry.Unavailable, Err: err}
}

// statusError returns an error for every status code except 200.
func statusError(got *http.Response, now time.Time) error {
	if got.StatusCode == http.StatusOK {
		return nil
	}
	err := retry.Errorf(statusKind(got.StatusCode), "%s responded with %s", got.Request.URL.Host, got.Status)
	if err.Kind == retry.RateLimited || err.Kind == retry.Unavailable {
		err.RetryAfter = retryAfter(got.Header, now)
	}
	return err
}

func statusKind(code int) retry.Kind {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return retry.Auth
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return retry.Timeout
	case http.StatusTooManyRequests:
		return retry.RateLimited
	}
	if code >= http.StatusInternalServerError {
		return retry.Unavailable
	}
	return retry.Validation
}

// retryAfter parses the Retry-After header, seconds or a date (RFC 9110, section 10.2.3), and limits
// the delay to maxRetryAfter.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	delay := time.Duration(0)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		delay = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		delay = date.Sub(now)
	}
	return min(max(delay, 0), maxRetryAfter)
}
