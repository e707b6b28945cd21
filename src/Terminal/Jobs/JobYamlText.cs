using System.Text.Encodings.Web;
using System.Text.Json;
using Cluster.Coordinator.Model;

namespace Cluster.Terminal.Jobs;

/// <summary>Writes a job's file: what was given, in one order, with paths that work from where it lies.</summary>
public static class JobYamlText
{
    private static readonly JobOptions Usual = new();
    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, which <see cref="JobYaml.Parse"/> reads as the same job.</summary>
    /// <param name="inputs">The job's files, relative to the current folder.</param>
    /// <param name="options">As given: what was left open is not written.</param>
    /// <param name="folder">The folder that the file will lie in.</param>
    public static string Of(JobInputs inputs, JobOptions options, string folder)
    {
        return "# The same job again: ./cluster run --config job.yaml -o OUT\n"
            + string.Concat(JobKeys.Files.Zip(JobKeys.PathsOf(inputs))
                .Where(file => file.Second is not null)
                .Select(file => Line(
                    file.First.Key, file.First.IsData ? $"{DataSpec.Parse(file.Second!).At(Placed)}" : Placed(file.Second!))))
            + Options(options);

        string Placed(string path) => Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(path));
    }

    /// <summary>The options alone, of a job whose files have no paths here.</summary>
    /// <param name="files">What the files are, in the order of <see cref="JobKeys.Files"/>; null or empty: not given.</param>
    public static string OfOptions(JobOptions options, IEnumerable<string?> files)
    {
        (string Key, string What)[] given =
        [
            .. JobKeys.Files.Zip(files)
                .Where(file => !string.IsNullOrEmpty(file.Second))
                .Select(file => (file.First.Key, InALine(file.Second!))),
        ];
        string names = string.Join(' ', given.Select(file => $"--{file.Key} …"));
        return $"# The same job again: ./cluster run --config job.yaml {names} -o OUT\n"
            + string.Concat(given.Select(file => $"# {file.Key}: {file.What}\n"))
            + Options(options);
    }

    // What ends a line would end the comment.
    private static string InALine(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter));

    private static string Options(JobOptions options) => string.Concat(JobLimits.All
        .Select(limit => (Key: JobKeys.KeyOf(limit.Name), Values: Values(limit, options)))
        .Where(line => line.Values.Length > 0)
        .Select(line => Line(line.Key, line.Values)));

    private static string Line(string key, params string[] values) =>
        $"{key}: {(values is [var one] ? Scalar(one) : $"[{string.Join(", ", values.Select(Scalar))}]")}\n";

    private static string[] Values(JobLimit limit, JobOptions options) => limit.In(options) switch
    {
        null => [],
        double drop when limit == JobLimits.MaxDrop => [Drop(drop, options)],
        IReadOnlyList<string> list => list.SequenceEqual((IReadOnlyList<string>?)limit.In(Usual) ?? []) ? [] : [.. list],
        var value when value.Equals(limit.In(Usual)) => [],
        double number => [number.ToString("R", CultureInfo.InvariantCulture)],
        var value => [JobLimit.WordOf(value)!],
    };

    // Points of a share, where they are the same number again.
    private static string Drop(double drop, JobOptions options)
    {
        string points = (100 * drop).ToString("G15", CultureInfo.InvariantCulture);
        bool isShare = options.Measure.IsShare() && double.Parse(points, CultureInfo.InvariantCulture) / 100 == drop;
        return (isShare ? $"{points}%" : drop.ToString("R", CultureInfo.InvariantCulture))
            + (options.MaxDropIsRelative == true ? JobLimits.OfFloat32 : string.Empty);
    }

    // A text in double quotes of JSON is one of YAML.
    private static string Scalar(string value) => IsPlain(value) ? value : JsonSerializer.Serialize(value, Quoted);

    private static bool IsPlain(string value) =>
        value.Length > 0
        && (char.IsAsciiLetterOrDigit(value[0]) || value[0] is '/' or '.')
        && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or '+' or '=' or '@' or ':' or '%')
        && !value.EndsWith(':')
        && value is not ("null" or "true" or "false" or "on" or "off" or "yes" or "no");
}
