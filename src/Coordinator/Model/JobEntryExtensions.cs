namespace Cluster.Coordinator.Model;

/// <summary>Helpers that all job stores share.</summary>
public static class JobEntryExtensions
{
    /// <summary>The entry with its time in the stored form: whole milliseconds, UTC.</summary>
    /// <exception cref="JobException">Its id cannot name a job.</exception>
    public static JobEntry Checked(this JobEntry entry)
    {
        JobIds.Require(entry.Id);
        return entry with { CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(entry.CreatedAt.ToUnixTimeMilliseconds()) };
    }

    /// <summary>The digests of what a job was given: its model, if it is an artefact, and the tars of its data.</summary>
    public static IEnumerable<string> Artefacts(this JobInputs inputs) =>
        inputs.DataArtefacts().Prepend(inputs.Model).Where(name => name.Length == 64 && name.All(char.IsAsciiHexDigitLower));

    /// <summary>The digests of the tars of a job's data.</summary>
    public static IEnumerable<string> DataArtefacts(this JobInputs inputs) =>
        new[] { inputs.Calibration, inputs.Evaluation, inputs.Test, inputs.Training }.Select(data => data?.Artefact).OfType<string>();

    /// <summary>Whether both were accepted as the same job, regardless of their later status.</summary>
    public static bool IsSameAs(this JobEntry entry, JobEntry other) =>
        string.Equals(
            CanonicalJson.Serialize(entry with { Status = other.Status }), CanonicalJson.Serialize(other), StringComparison.Ordinal);
}
