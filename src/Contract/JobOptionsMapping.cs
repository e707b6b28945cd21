using Cluster.Coordinator.Model.Options;

namespace Cluster.Contract;

/// <summary>
/// The options of a job on the wire: what a client sends, and what a server reads and shows. What is left open is not
/// set.
/// </summary>
public static class JobOptionsMapping
{
    private static readonly WireOption[] Options =
    [
        .. typeof(JobOptions).GetProperties()
            .Where(property => property.CanWrite && property.Name != nameof(JobOptions.FirstPlan))
            .Select(property => new WireOption(property)),
    ];

    /// <summary>Sets a message's fields.</summary>
    public static void Write(JobOptions options, V1.JobSpec spec)
    {
        foreach (var option in Options)
        {
            option.Write(options, spec);
        }

        spec.FirstPlan = options.FirstPlan is { } first
            ? new V1.FirstPlan { Plan = first.Plan.Json, Job = first.Job ?? string.Empty }
            : null;
    }

    /// <summary>
    /// Reads a message's fields; those that are not set have their defaults. Nothing is checked: see
    /// <see cref="JobOptions.Validate"/>.
    /// </summary>
    public static JobOptions Read(V1.JobSpec spec)
    {
        var read = new JobOptions
        {
            FirstPlan = spec.FirstPlan is { } first
                ? FirstPlan.Parse(first.Plan, "spec.first_plan") with { Job = first.Job.Length == 0 ? null : first.Job }
                : null,
        };
        foreach (var option in Options)
        {
            option.Read(spec, read);
        }

        return read;
    }
}
