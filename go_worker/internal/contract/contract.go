// Package contract holds the compiled versions of one contract with their windows, and judges
// values by them.
package contract

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"schemadiff.local/worker/internal/exact"
)

// Contract is one named message with the versions that this worker can handle, oldest first.
type Contract struct {
	Name     string
	Versions []Version
	tag      []string // where a message says its version
}

// Version is one version of a contract. It is in use from the day of its publication to the day
// before its sunset.
type Version struct {
	Name      string
	Published time.Time
	Sunset    time.Time // zero: none
	schema    *jsonschema.Schema
}

// Verdict is what a contract says of a value. Version is empty where the value names none that is
// in use; Problems is empty where the value is valid.
type Verdict struct {
	Version  string
	Problems []Problem
}

// Problem is one reason why a value is not valid: the place, as a JSON pointer, and what is wrong there.
type Problem struct {
	At    string
	Words string
}

func (p Problem) String() string {
	if p.At == "" {
		return p.Words
	}
	return p.At + ": " + p.Words
}

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

// Load compiles the versions of the contract that the caller can handle. What the manifest lacks
// is left out; it is an error if nothing remains.
func Load(files fs.FS, name string, handled []string) (*Contract, error) {
	text, err := fs.ReadFile(files, "contracts.yaml")
	if err != nil {
		return nil, err
	}
	var listed manifest
	if err := yaml.Unmarshal(text, &listed); err != nil {
		return nil, fmt.Errorf("contracts.yaml: %w", err)
	}
	entry := listed.Contracts[name]
	tag := entry.VersionField
	if tag == "" {
		tag = listed.Defaults.VersionField
	}
	contract := &Contract{Name: name, tag: strings.Split(strings.TrimPrefix(tag, "/"), "/")}
	for version, row := range entry.Versions {
		if !slices.Contains(handled, version) {
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
		return nil, fmt.Errorf("contracts.yaml: no version of %s that this worker handles", name)
	}
	slices.SortFunc(contract.Versions, func(a, b Version) int { return number(a.Name) - number(b.Name) })
	return contract, nil
}

func sunset(deprecated time.Time, days int) time.Time {
	if deprecated.IsZero() {
		return time.Time{}
	}
	return deprecated.AddDate(0, 0, days)
}

// number orders v10 after v9.
func number(version string) int {
	value, _ := strconv.Atoi(strings.TrimPrefix(version, "v"))
	return value
}

func compile(files fs.FS, file string) (*jsonschema.Schema, error) {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, err
	}
	document, err := exact.Read(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // loads nothing: a contract is complete in itself
	address := "contract:///" + file
	if err := compiler.AddResource(address, document); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return compiler.Compile(address)
}

// InUse tells whether the version may be used on that day.
func (v Version) InUse(day time.Time) bool {
	return !day.Before(v.Published) && (v.Sunset.IsZero() || day.Before(v.Sunset))
}

// InUse lists the versions that may be used on that day, oldest first.
func (c *Contract) InUse(day time.Time) []string {
	names := []string{}
	for _, version := range c.Versions {
		if version.InUse(day) {
			names = append(names, version.Name)
		}
	}
	return names
}

// Judge finds the version that a value claims, and everything that is wrong with the value under it.
func (c *Contract) Judge(value any, day time.Time) Verdict {
	object, ok := value.(map[string]any)
	if !ok {
		return refuse("", "the message is "+article(exact.Kind(value))+", not an object")
	}
	claimed, there := at(object, c.tag)
	place := exact.Pointer(c.tag)
	if !there {
		return refuse(place, "is missing; "+c.offer(day))
	}
	name, ok := claimed.(string)
	if !ok {
		return refuse(place, "is "+brief(claimed)+", not a string; "+c.offer(day))
	}
	i := slices.IndexFunc(c.Versions, func(v Version) bool { return v.Name == name })
	if i < 0 {
		return refuse(place, "is "+brief(name)+", which this worker does not know; "+c.offer(day))
	}
	version := c.Versions[i]
	if day.Before(version.Published) {
		return refuse(place, fmt.Sprintf("%s is in use from %s on, and this is %s; %s",
			name, date(version.Published), date(day), c.offer(day)))
	}
	if !version.InUse(day) {
		return refuse(place, fmt.Sprintf("%s went out of use on %s, and this is %s; %s",
			name, date(version.Sunset), date(day), c.offer(day)))
	}
	return Verdict{Version: name, Problems: version.Problems(value)}
}

// Version returns the version of that name, and false if the contract has none.
func (c *Contract) Version(name string) (Version, bool) {
	for _, version := range c.Versions {
		if version.Name == name {
			return version, true
		}
	}
	return Version{}, false
}

func refuse(place, words string) Verdict {
	return Verdict{Problems: []Problem{{At: place, Words: words}}}
}

func (c *Contract) offer(day time.Time) string {
	names := c.InUse(day)
	if len(names) == 0 {
		return "no version of " + c.Name + " is in use on " + date(day)
	}
	return "this worker reads " + strings.Join(names, ", ")
}

func at(value any, steps []string) (any, bool) {
	for _, step := range steps {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = object[step]; !ok {
			return nil, false
		}
	}
	return value, true
}

func date(day time.Time) string { return day.Format(time.DateOnly) }

// brief shows a value in a message: short, and as it was written.
func brief(value any) string {
	const most = 60
	switch value := value.(type) {
	case string:
		if runes := []rune(value); len(runes) > most {
			return exact.Quote(string(runes[:most])) + "…"
		}
		return exact.Quote(value)
	case json.Number:
		if text := value.String(); len(text) > most {
			return text[:most] + "…"
		}
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return article(exact.Kind(value))
}

func article(kind string) string {
	switch kind {
	case "null":
		return kind
	case "array", "object", "integer":
		return "an " + kind
	}
	return "a " + kind
}
