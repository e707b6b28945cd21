namespace Cluster.Storage.Files;

/// <summary>The file <c>job.json</c>: a job's entry with its digest, so that a changed byte is detected.</summary>
internal static class JobEntryFile
{
    private const string Schema = "cluster.job/v1";

    public static byte[] Format(JobEntry entry) =>
        Encoding.UTF8.GetBytes(
            CanonicalJson.Serialize(new { entry, schema = Schema, sum = Sum(CanonicalJson.Serialize(entry), Schema) }) + "\n");

    /// <exception cref="JobException">It was changed, or written by another version.</exception>
    public static JobEntry Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var schema = root.GetProperty("schema").GetString()!;
            var entry = root.GetProperty("entry");
            if (string.Equals(root.GetProperty("sum").GetString(), Sum(CanonicalJson.Serialize(entry), schema), StringComparison.Ordinal))
            {
                return string.Equals(schema, Schema, StringComparison.Ordinal)
                    ? entry.Deserialize<JobEntry>(PlanJson.Options)!
                    : throw new JobException(
                        $"{path} has the schema \"{schema}\" where \"{Schema}\" is expected: use the version of cluster that wrote it.");
            }
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException or FileNotFoundException)
        {
            throw Damaged(path, e);
        }

        throw Damaged(path, cause: null);
    }

    // The digest covers the schema: a changed schema means damage, not another version.
    private static string Sum(string entry, string schema) => CanonicalJson.DigestOfText(schema + entry);

    private static JobException Damaged(string path, Exception? cause) =>
        new(
            $"{path} is damaged (its checksum does not fit, or it is not a job's entry): restore the file from a copy, or move its "
            + "folder away to go on without that job.",
            cause);
}
