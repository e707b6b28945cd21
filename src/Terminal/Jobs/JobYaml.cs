using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cluster.Terminal.Jobs;

/// <summary>One line of a job's file.</summary>
/// <param name="Key">One of <see cref="JobKeys.All"/>.</param>
/// <param name="Values">At least one; several of a list.</param>
/// <param name="Line">The line of the key, from 1.</param>
public sealed record JobYamlEntry(string Key, IReadOnlyList<string> Values, long Line);

/// <summary>
/// Reads a job's file: one mapping in YAML, of <see cref="JobKeys.All"/> to values or lists of them. Nothing in it makes the reader work
/// more than the file is long: its size is limited, its depth fixed, and anchors, aliases, tags and merged keys are refused.
/// </summary>
public static class JobYaml
{
    /// <summary>The most bytes of a file.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Reads a file.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="UsageException">It is no job's file; the message names file and line.</exception>
    public static IReadOnlyList<JobYamlEntry> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new NotFoundException(Directory.Exists(path)
                ? $"--config {path} is a folder: name the file in it, such as {Path.Combine(path, "job.yaml")}."
                : $"There is no file {path}: give --config the YAML file of a job, such as OUT/job.yaml.");
        }

        using var file = File.OpenRead(path);
        byte[] bytes = new byte[MostBytes + 1];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read > MostBytes
            ? throw new UsageException($"{path} has more than {MostBytes / 1024} KiB, and a job's file has a few lines: give another.")
            : Parse(System.Text.Encoding.UTF8.GetString(bytes, 0, read).TrimStart('\uFEFF'), path);
    }

    /// <summary>Parses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UsageException">It is no job's file.</exception>
    public static IReadOnlyList<JobYamlEntry> Parse(string text, string name)
    {
        var reader = new Reader(new Parser(new StringReader(text)), name);
        try
        {
            return reader.Entries();
        }
        catch (YamlException fault)
        {
            throw new UsageException(
                $"{name}, line {Math.Max(fault.Start.Line, 1)}: this is not YAML ({fault.Message.TrimEnd('.')}): "
                + "write one KEY: VALUE a line.");
        }
    }

    private sealed class Reader(Parser events, string name)
    {
        private readonly Dictionary<string, JobYamlEntry> _entries = new(StringComparer.Ordinal);

        public IReadOnlyList<JobYamlEntry> Entries()
        {
            Next();
            if (Next() is StreamEnd)
            {
                return [];
            }

            var start = Next();
            if (start is Scalar { Value.Length: 0 })
            {
                return [];
            }

            if (start is not MappingStart)
            {
                throw Refused(start, "a job's file is one mapping: write one KEY: VALUE a line");
            }

            for (var key = Next(); key is not MappingEnd; key = Next())
            {
                Add(key);
            }

            Next();
            var end = Next();
            return end is StreamEnd
                ? [.. _entries.Values]
                : throw Refused(end, "a second document begins, and a job's file has one: delete it");
        }

        private void Add(ParsingEvent at)
        {
            string key = at is Scalar scalar ? scalar.Value : throw Refused(at, "a key is expected to be a word, such as model");
            if (!JobKeys.All.Contains(key))
            {
                throw Refused(at, Unknown(key));
            }

            if (_entries.TryGetValue(key, out var earlier))
            {
                throw Refused(at, $"{key} stands in line {earlier.Line} already: leave one of them out");
            }

            _entries.Add(key, new JobYamlEntry(key, Values(key, Next()), at.Start.Line));
        }

        private IReadOnlyList<string> Values(string key, ParsingEvent at)
        {
            var (takesList, takesNames) = JobKeys.FormOf(key);
            string[] values = at switch
            {
                SequenceStart when takesList => [.. Sequence(key)],
                MappingStart when takesNames => [.. Named(key)],
                Scalar scalar => [Text(key, scalar)],
                SequenceStart => throw Refused(at, $"{key} is a list, and one value is expected: give one"),
                _ => throw Refused(at, $"{key} is a mapping, and {(takesList ? "a value or a list" : "one value")} is expected: give that"),
            };
            return values.Length > 0 ? values : throw Refused(at, $"{key} is empty: give a value, or delete the line");
        }

        private IEnumerable<string> Sequence(string key)
        {
            for (var item = Next(); item is not SequenceEnd; item = Next())
            {
                yield return Item(key, item);
            }
        }

        private IEnumerable<string> Named(string key)
        {
            for (var input = Next(); input is not MappingEnd; input = Next())
            {
                string word = Item(key, input);
                var value = Next();
                yield return $"{word}={(value is SequenceStart ? string.Join(',', Sequence(key)) : Item(key, value))}";
            }
        }

        private string Item(string key, ParsingEvent at) =>
            at is Scalar scalar ? Text(key, scalar) : throw Refused(at, $"{key} is nested deeper than a list of values: write them in one");

        private string Text(string key, Scalar scalar) =>
            scalar.Value.Length > 0 && !(scalar is { Style: ScalarStyle.Plain, Value: "~" or "null" })
                ? scalar.Value
                : throw Refused(scalar, $"{key} is empty: give a value, or delete the line");

        // Every event passes here, so that no alias is ever followed.
        private ParsingEvent Next()
        {
            events.MoveNext();
            var at = events.Current!;
            return at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }
                ? throw Refused(at, "anchors (&) and aliases (*) are not read: write each value where it belongs")
                : at is NodeEvent { Tag.IsEmpty: false }
                ? throw Refused(at, "tags (!) are not read: delete it")
                : at;
        }

        private UsageException Refused(ParsingEvent at, string why) => new($"{name}, line {at.Start.Line}: {why}.");

        private static string Unknown(string key) => Suggestions.Near(key, JobKeys.All) is [_, ..] near
            ? $"'{key}' is no option of a job: {string.Join(" or ", near)} may be meant"
            : $"'{key}' is no option of a job, which are {string.Join(", ", JobKeys.Files.Select(file => file.Key))} and those of "
                + "./cluster run --help-all that say what to find: give all others on the command line";
    }
}
