using System.IO.Enumeration;

namespace Cluster.Coordinator.Search.Facts;

/// <summary>
/// The groups that a job may quantize, named by <see cref="JobOptions.KeepFloat32"/> and <see cref="JobOptions.Only"/>: a pattern is a
/// whole name in which * stands for any characters and ? for one, case-sensitive.
/// </summary>
public sealed class GroupChoice
{
    private const int NearNames = 3;
    private readonly string?[] _keptBy;

    /// <summary>Resolves the options for one network. Patterns that match nothing are not an error here: see <see cref="Check"/>.</summary>
    public GroupChoice(JobOptions options, SearchSpace space) => _keptBy =
        [.. space.Groups.Select(group => KeptBy(options, group.Name))];

    /// <summary>Whether a group, by index, may be quantized.</summary>
    public bool MayQuantize(int group) => _keptBy[group] is null;

    /// <summary>The option that keeps a group in FP32, or null if it may be quantized.</summary>
    public string? KeptBy(int group) => _keptBy[group];

    /// <summary>The option that keeps a group of this name in FP32, or null if it may be quantized.</summary>
    public static string? KeptBy(JobOptions options, string group) =>
        options.KeepFloat32?.Any(pattern => IsMatch(pattern, group)) == true ? JobLimits.KeepFloat32.Name
        : options.Only?.Any(pattern => IsMatch(pattern, group)) == false ? JobLimits.Only.Name
        : null;

    /// <summary>The groups, by index, that stay in FP32.</summary>
    public IEnumerable<int> Kept => Enumerable.Range(0, _keptBy.Length).Where(group => !MayQuantize(group));

    /// <summary>Checks that every pattern names a group and that something is left to quantize.</summary>
    /// <exception cref="JobException">One of these is violated.</exception>
    public static void Check(JobOptions options, SearchSpace space)
    {
        RequireMatches(JobLimits.KeepFloat32.Name, options.KeepFloat32, space);
        RequireMatches(JobLimits.Only.Name, options.Only, space);
        if (space.Groups.Count > 0 && new GroupChoice(options, space).Kept.Count() == space.Groups.Count)
        {
            throw new JobImpossibleException(
                $"{JobLimits.KeepFloat32.Name} and {JobLimits.Only.Name} leave none of the {space.Groups.Count} groups to quantize where "
                + "at least one is expected: correct them.")
            {
                FailsOn = JobFault.Request,
            };
        }
    }

    /// <summary>Whether a name is the pattern or fits it.</summary>
    public static bool IsMatch(string pattern, string name) =>
        pattern == name || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static void RequireMatches(string option, IReadOnlyList<string>? patterns, SearchSpace space)
    {
        foreach (var pattern in patterns ?? [])
        {
            if (!space.Groups.Any(group => IsMatch(pattern, group.Name)))
            {
                var near = space.Groups
                    .Select(group => group.Name)
                    .OrderBy(name => Distance(pattern.Replace("*", string.Empty, StringComparison.Ordinal), name))
                    .Take(NearNames);
                throw new JobImpossibleException(
                    $"{option} has \"{pattern}\", which names none of the {space.Groups.Count} groups that can be quantized: near are "
                    + $"{string.Join(", ", near)}; give names as ./cluster inspect prints them, or patterns with * and ?.")
                {
                    FailsOn = JobFault.Request,
                };
            }
        }
    }

    // Levenshtein's distance, in which extra characters of the name around a matching part are cheap: a pattern is often such a part.
    private static double Distance(string pattern, string name)
    {
        const double Extra = 0.1;
        var row = Enumerable.Range(0, name.Length + 1).Select(j => j * Extra).ToArray();
        for (var i = 1; i <= pattern.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= name.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(pattern[i - 1]) == char.ToLowerInvariant(name[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j] + 1, row[j - 1] + Extra));
            }
        }

        return row[^1];
    }
}
