package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// address tells whether a source is one, rather than a path.
func address(source string) (string, bool) {
	return source, strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")
}

func (r *Runner) newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // sizes and checksums are those of the bytes as served
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(request *http.Request, via []*http.Request) error {
			if len(via) >= 5 {
				return &retry.Failure{Kind: retry.Validation, Message: "the source redirects more than 5 times"}
			}
			return r.allowed(request.URL)
		},
	}
}

// allowed refuses an address that the operator has not opened. Redirects are asked about too, or
// any open host could lead to any other.
func (r *Runner) allowed(address *url.URL) error {
	open := r.settings.Sources
	if len(open) == 0 || slices.Contains(open, address.Host) || slices.Contains(open, address.Hostname()) {
		return nil
	}
	return &retry.Failure{Kind: retry.Auth, Message: fmt.Sprintf("this worker may not fetch from %s", address.Host)}
}

// fetch copies one file from an address, if its content differs. It does not ask with
// If-Modified-Since: the file that is there may be another address's, of the same name.
func (r *Runner) fetch(ctx context.Context, task job.Task, source string) (answer.Result, error) {
	name := fileName(source)
	if !match(task.Glob, name) {
		return answer.Result{Outcome: answer.Unchanged}, nil
	}
	target := path.Join(task.Target, name)
	stage := r.newStage(task.Target)
	defer stage.clear()
	err := r.get(ctx, source, func(ctx context.Context, response *http.Response) error {
		changed, _ := http.ParseTime(response.Header.Get("Last-Modified")) // zero: not told
		return stage.add(ctx, response.Body, target, changed, 0o644)
	})
	if err != nil {
		return answer.Result{}, err
	}
	return stage.commit(ctx, 0)
}

// scanAddress tells size and checksum of one file at an address.
func (r *Runner) scanAddress(ctx context.Context, task job.Task, source string) (answer.Result, error) {
	list := newListing()
	name := fileName(source)
	if !match(task.Glob, name) {
		return list.result(0), nil
	}
	err := r.get(ctx, source, func(ctx context.Context, response *http.Response) error {
		hash := sha256.New()
		size, err := copyBytes(ctx, hash, response.Body)
		if err == nil {
			list.add(answer.Entry{Path: name, Bytes: size, SHA256: hex.EncodeToString(hash.Sum(nil))})
		}
		return err
	})
	return list.result(0), err
}

// fileName is the last part of an address, or "index" where that names no file that a path of
// this contract could name.
func fileName(source string) string {
	parsed, err := url.Parse(source)
	if err != nil {
		return "index"
	}
	name := path.Base(parsed.Path)
	control := func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }
	if strings.HasSuffix(parsed.Path, "/") || strings.HasPrefix(name, ".") || name == "/" || strings.ContainsFunc(name, control) {
		return "index"
	}
	return name
}

// get asks for an address and hands the answer to use, if it is a good one.
func (r *Runner) get(ctx context.Context, source string, use func(context.Context, *http.Response) error) error {
	parsed, err := url.Parse(source)
	if err != nil {
		return &retry.Failure{Kind: retry.Validation, Message: err.Error()}
	}
	if err := r.allowed(parsed); err != nil {
		return err
	}
	return r.breakers.Try(parsed.Host, func() error {
		return r.getOnce(ctx, source, use)
	}, kindOf)
}

// kindOf tells a breaker what an attempt says of its destination. An error of our own disk says
// nothing against it.
func kindOf(err error) retry.Kind {
	var failure *retry.Failure
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return ""
}

var errStalled = errors.New("stalled")

func (r *Runner) getOnce(ctx context.Context, source string, use func(context.Context, *http.Response) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(r.settings.Stall, func() { cancel(errStalled) })
	defer watch.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return &retry.Failure{Kind: retry.Validation, Message: err.Error()}
	}
	request.Header.Set("User-Agent", "schemadiff-job-worker")
	response, err := r.client.Do(request)
	if err != nil {
		return r.lost(ctx, request.URL.Host, err)
	}
	defer response.Body.Close()
	if failure := refused(response, time.Now()); failure != nil {
		return failure
	}
	body := &watched{from: response.Body, watch: watch, stall: r.settings.Stall, left: r.settings.MostBytes}
	response.Body = body
	err = use(ctx, response)
	if body.err != nil { // ours to explain; every other error is of the disk
		return r.lost(ctx, request.URL.Host, body.err)
	}
	return err
}

// watched reads a body: each byte that arrives sets the watch back, and there is an end to them.
type watched struct {
	from  io.ReadCloser
	watch *time.Timer
	stall time.Duration
	left  int64
	err   error
}

func (w *watched) Read(into []byte) (int, error) {
	n, err := w.from.Read(into)
	if n > 0 {
		w.watch.Reset(w.stall)
	}
	if w.left -= int64(n); w.left < 0 {
		err = &retry.Failure{Kind: retry.Validation, Message: "the source is larger than this worker takes"}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

func (w *watched) Close() error { return w.from.Close() }

// lost says what it means that no answer, or only a part of one, arrived.
func (r *Runner) lost(ctx context.Context, host string, err error) error {
	var failure *retry.Failure
	if errors.As(err, &failure) {
		return failure
	}
	var network net.Error
	switch {
	case errors.Is(context.Cause(ctx), errStalled):
		return &retry.Failure{Kind: retry.Timeout, Message: fmt.Sprintf("%s sent nothing for %s", host, r.settings.Stall)}
	case ctx.Err() != nil: // the job's time is over, or the worker stops: says nothing of the host
		return &retry.Failure{Kind: retry.Timeout, Message: err.Error()}
	case errors.As(err, &network) && network.Timeout():
		return &retry.Failure{Kind: retry.Timeout, Message: err.Error()}
	}
	return &retry.Failure{Kind: retry.Unavailable, Message: err.Error()}
}

// refused says what a status means, nothing if it is a good one.
func refused(response *http.Response, now time.Time) *retry.Failure {
	failure := &retry.Failure{Message: fmt.Sprintf("%s answered %s", response.Request.URL.Host, response.Status)}
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		return nil
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusProxyAuthRequired:
		failure.Kind = retry.Auth
	case status == http.StatusRequestTimeout || status == http.StatusGatewayTimeout:
		failure.Kind = retry.Timeout
	case status == http.StatusTooManyRequests:
		failure.Kind = retry.RateLimited
		failure.RetryAfter = retryAfter(response, now)
	case status >= 500:
		failure.Kind = retry.Unavailable
		failure.RetryAfter = retryAfter(response, now)
	default:
		failure.Kind = retry.Validation
	}
	return failure
}

// retryAfter reads seconds or a date, an hour at most (RFC 9110, section 10.2.3).
func retryAfter(response *http.Response, now time.Time) time.Duration {
	told := response.Header.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.ParseUint(told, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if day, err := http.ParseTime(told); err == nil {
		wait = day.Sub(now)
	}
	return min(max(wait, 0), time.Hour)
}
