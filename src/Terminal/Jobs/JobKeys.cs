using Cluster.Coordinator.Model;
using Cluster.Terminal.Options;

namespace Cluster.Terminal.Jobs;

/// <summary>
/// What a job's file may say: the files of a search and the options of <see cref="JobLimits.All"/>, each under its name on the command line
/// without the dashes. Where a job writes and how many work on it is not a part of it.
/// </summary>
public static class JobKeys
{
    /// <summary>The keys of files and data with their help, in the order of the help.</summary>
    public static IReadOnlyList<(string Key, string Help, bool IsData)> Files { get; } =
    [
        .. JobFileOptions.OfASearch().All.OfType<InputOption>()
            .Select(option => (KeyOf(option.Name), option.Description!, option.IsData)),
    ];

    /// <summary>All keys, in the order in which they are written.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Files.Select(file => file.Key), .. JobLimits.All.Select(limit => KeyOf(limit.Name))];

    /// <summary>The key of an option.</summary>
    public static string KeyOf(string option) => option.TrimStart('-');

    /// <summary>The option of a key.</summary>
    internal static string OptionOf(string key) => $"--{key}";

    /// <summary>Whether a key is a data spec, whose paths are relative to the file; null: it names no file.</summary>
    internal static bool? IsData(string key) => Files.Where(file => file.Key == key).Select(file => (bool?)file.IsData).FirstOrDefault();

    /// <summary>Whether a key takes several values, and whether each has a name of its own, as in "x=1,3,320,320".</summary>
    internal static (bool TakesList, bool TakesNames) FormOf(string key)
    {
        var limit = JobLimits.All.FirstOrDefault(limit => KeyOf(limit.Name) == key);
        return (limit is JobLimit<IReadOnlyList<string>> || limit == JobLimits.Target, limit == JobLimits.Set || limit == JobLimits.Shape);
    }

    /// <summary>What a job's files are given by, in the order of <see cref="Files"/>.</summary>
    internal static IEnumerable<string?> PathsOf(JobInputs inputs) =>
        [inputs.Model, inputs.Calibration?.Spec, inputs.Evaluation?.Spec, inputs.Test?.Spec, inputs.Training?.Spec, inputs.Preprocess];
}
