// Package contract validates messages against the versions of a contract that are in use on a day.
package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// ErrNoVersion is returned by Load if the manifest lists none of the versions that the caller
// supports.
var ErrNoVersion = errors.New("no supported version")

// Contract is a contract with the versions that this worker supports, oldest first.
type Contract struct {
	Name     string
	Versions []Version

	versionField []string // the path of the property that holds a message's version
}

// Version is one version of a contract. It is in use from the day it is published to the day before
// its sunset.
type Version struct {
	Name      string
	Published time.Time
	Sunset    time.Time // zero if none is planned

	schema *jsonschema.Schema
}

// Result is the result of a validation. Version is empty if the message names no version that is in
// use. The message is valid if there are no problems.
type Result struct {
	Version  string
	Problems []Problem
}

// Problem is one reason why a message is not valid.
type Problem struct {
	Pointer string // the location in the message as a JSON Pointer; empty for the message itself
	Message string
}

// String returns "pointer: message".
func (p Problem) String() string {
	if p.Pointer == "" {
		return p.Message
	}
	return p.Pointer + ": " + p.Message
}

// manifest is the part of contracts.yaml that Load needs.
type manifest struct {
	Defaults struct {
		VersionField string `yaml:"version_field"`
		SupportDays  int    `yaml:"support_days"`
	}
	Contracts map[string]struct {
		VersionField string `yaml:"version_field"`
		Versions     map[string]struct {
			Published   time.Time
			Deprecated  time.Time
			SupportDays *int `yaml:"support_days"`
		}
	}
}

// Load compiles those versions of a contract that are both in the manifest, contracts.yaml, and
// supported by the caller. It returns ErrNoVersion if there are none.
func Load(files fs.FS, name string, supported []string) (*Contract, error) {
	text, err := fs.ReadFile(files, "contracts.yaml")
	if err != nil {
		return nil, fmt.Errorf("load contract %s: %w", name, err)
	}
	var listed manifest
	if err := yaml.Unmarshal(text, &listed); err != nil {
		return nil, fmt.Errorf("contracts.yaml: %w", err)
	}
	entry := listed.Contracts[name]
	versionField := entry.VersionField
	if versionField == "" {
		versionField = listed.Defaults.VersionField
	}
	contract := &Contract{Name: name, versionField: strings.Split(strings.TrimPrefix(versionField, "/"), "/")}
	for version, row := range entry.Versions {
		if !slices.Contains(supported, version) {
			continue
		}
		schema, err := compile(files, name+"."+version+".json")
		if err != nil {
			return nil, err
		}
		days := listed.Defaults.SupportDays
		if row.SupportDays != nil {
			days = *row.SupportDays
		}
		contract.Versions = append(contract.Versions, Version{
			Name: version, Published: row.Published, Sunset: sunset(row.Deprecated, days), schema: schema,
		})
	}
	if len(contract.Versions) == 0 {
		return nil, fmt.Errorf("contracts.yaml: %w of %s; this worker supports %s", ErrNoVersion, name, strings.Join(supported, ", "))
	}
	slices.SortFunc(contract.Versions, func(a, b Version) int { return versionNumber(a.Name) - versionNumber(b.Name) })
	return contract, nil
}

func sunset(deprecated time.Time, supportDays int) time.Time {
	if deprecated.IsZero() {
		return time.Time{}
	}
	return deprecated.AddDate(0, 0, supportDays)
}

// versionNumber returns 10 for v10, so that v10 is sorted after v9.
func versionNumber(version string) int {
	number, _ := strconv.Atoi(strings.TrimPrefix(version, "v"))
	return number
}

// compile compiles one schema. A schema may not refer to other documents.
func compile(files fs.FS, name string) (*jsonschema.Schema, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("load schema: %w", err)
	}
	document, err := strictjson.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // a loader without schemes loads nothing
	url := "contract:///" + name
	if err := compiler.AddResource(url, document); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return schema, nil
}

// InUse reports whether the version may be used on the given day.
func (v Version) InUse(day time.Time) bool {
	return !day.Before(v.Published) && (v.Sunset.IsZero() || day.Before(v.Sunset))
}

// VersionsInUse returns the names of the versions that may be used on the given day, oldest first.
func (c *Contract) VersionsInUse(day time.Time) []string {
	names := []string{}
	for _, version := range c.Versions {
		if version.InUse(day) {
			names = append(names, version.Name)
		}
	}
	return names
}

// Version returns the version of that name, and whether the contract has it.
func (c *Contract) Version(name string) (Version, bool) {
	i := slices.IndexFunc(c.Versions, func(v Version) bool { return v.Name == name })
	if i < 0 {
		return Version{}, false
	}
	return c.Versions[i], true
}

// Validate validates a message under the version that it names, which must be in use on the given
// day.
func (c *Contract) Validate(message any, day time.Time) Result {
	object, ok := message.(map[string]any)
	if !ok {
		return invalid("", "the message is "+withArticle(strictjson.TypeName(message))+", not an object")
	}
	value, ok := lookUp(object, c.versionField)
	pointer := strictjson.Pointer(c.versionField)
	if !ok {
		return invalid(pointer, "is missing; "+c.supportedOn(day))
	}
	name, ok := value.(string)
	if !ok {
		return invalid(pointer, "is "+show(value)+", not a string; "+c.supportedOn(day))
	}
	version, ok := c.Version(name)
	if !ok {
		return invalid(pointer, "is "+show(name)+", which this worker does not support; "+c.supportedOn(day))
	}
	if day.Before(version.Published) {
		return invalid(pointer, fmt.Sprintf("%s is not in use before %s, and the day is %s; %s",
			name, formatDay(version.Published), formatDay(day), c.supportedOn(day)))
	}
	if !version.InUse(day) {
		return invalid(pointer, fmt.Sprintf("%s has been out of use since %s, and the day is %s; %s",
			name, formatDay(version.Sunset), formatDay(day), c.supportedOn(day)))
	}
	return Result{Version: name, Problems: version.Problems(message)}
}

func invalid(pointer, message string) Result {
	return Result{Problems: []Problem{{Pointer: pointer, Message: message}}}
}

// supportedOn returns the end of a message about an unusable version: what to use instead.
func (c *Contract) supportedOn(day time.Time) string {
	names := c.VersionsInUse(day)
	if len(names) == 0 {
		return "no version of " + c.Name + " is in use on " + formatDay(day)
	}
	return "in use: " + strings.Join(names, ", ")
}

// lookUp returns the value at a path of property names.
func lookUp(value any, path []string) (any, bool) {
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[name]; !ok {
			return nil, false
		}
	}
	return value, true
}

func formatDay(day time.Time) string { return day.Format(time.DateOnly) }
