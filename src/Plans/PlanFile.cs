namespace Cluster.Plans;

/// <summary>
/// The file <c>winner.plan.json</c>: a plan, what it was built from, and the job's seed. It allows the same bytes to be built again.
/// </summary>
/// <param name="Plan">The plan.</param>
/// <param name="BuiltFrom">Digests of its inputs.</param>
/// <param name="Seed">The job's seed, from which every other seed is derived.</param>
public sealed record PlanFile(Plan Plan, BuiltFrom BuiltFrom, long Seed)
{
    /// <summary>The version that this code writes and reads.</summary>
    public const string CurrentSchema = "cluster.plan/v1";

    /// <summary>The file's version.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The plan's digest, repeated so that a reader can detect an edited plan.</summary>
    public string Digest { get; init; } = Plan.Digest;

    /// <summary>The file's text: indented JSON with a line end.</summary>
    public string Format() => JsonSerializer.Serialize(this, PlanJson.Indented) + "\n";

    /// <summary>Parses a plan file; <paramref name="name"/> is its name in errors.</summary>
    /// <exception cref="JobException">It is not JSON, not of this version, has unknown or missing members, or its
    /// digest is not its plan's.</exception>
    public static PlanFile Parse(string text, string name)
    {
        RequireSchema(text, name);
        PlanFile file;
        try
        {
            file = JsonSerializer.Deserialize<PlanFile>(text, PlanJson.Strict)
                ?? throw new JobException(
                    $"{name} holds null where a plan is expected: write it with `cluster run` or `cluster quantize`.");
        }
        catch (JsonException e)
        {
            throw new JobException(
                $"{name} is not a plan ({e.Message}): expected members are schema, plan, builtFrom, seed and digest; compare it "
                + "with docs/schemas/plan.schema.json.",
                e);
        }

        if (!string.Equals(file.Digest, file.Plan.Digest, StringComparison.Ordinal))
        {
            throw new JobException(
                $"{name} states the digest {file.Digest} but its plan has {file.Plan.Digest}: if the plan was edited on purpose, "
                + "remove the member \"digest\".");
        }

        return file;
    }

    private static void RequireSchema(string text, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var schema = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("schema", out var value)
                ? value.ToString()
                : "none";
            if (!string.Equals(schema, CurrentSchema, StringComparison.Ordinal))
            {
                throw new JobException(
                    $"{name} has the schema \"{schema}\" where \"{CurrentSchema}\" is expected: use the version of cluster that wrote it.");
            }
        }
        catch (JsonException e)
        {
            throw new JobException($"{name} is not JSON ({e.Message}) where a plan is expected: give the path of a winner.plan.json.", e);
        }
    }
}
