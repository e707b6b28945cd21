using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Model;

/// <summary>
/// The JSON of a <see cref="JobSpec"/>, whose digest is the job's identity: one flat object in which the options stand beside the digests,
/// and a step that is never taken is left out. Journals of every released version have it, so it cannot change.
/// </summary>
internal sealed class JobSpecConverter : JsonConverter<JobSpec>
{
    public override JobSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        var (subject, chosen) = (json.Deserialize<Subject>(options)!, json.Deserialize<JobOptions>(options)!);
        return new JobSpec
        {
            ModelDigest = subject.ModelDigest,
            Data = subject.Data,
            Options = chosen with
            {
                FineTune = chosen.FineTune ?? FineTuneMode.Never,
                Reconstruct = chosen.Reconstruct ?? ReconstructionMode.Never,
            },
            Versions = json.Deserialize<Computed>(options)!.Versions,
        };
    }

    public override void Write(Utf8JsonWriter writer, JobSpec value, JsonSerializerOptions options)
    {
        var chosen = value.Options;
        writer.WriteStartObject();
        WriteMembers(writer, new Subject(value.ModelDigest, value.Data), options);
        WriteMembers(
            writer,
            chosen with
            {
                FineTune = chosen.FineTune == FineTuneMode.Never ? null : chosen.FineTune,
                Reconstruct = chosen.Reconstruct == ReconstructionMode.Never ? null : chosen.Reconstruct,
            },
            options);
        WriteMembers(writer, new Computed(value.Versions), options);
        writer.WriteEndObject();
    }

    private static void WriteMembers<T>(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        foreach (var member in JsonSerializer.SerializeToElement(value, options).EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }

    // What comes before the options, and what comes after them.
    private sealed record Subject(string ModelDigest, DataDigests Data);

    private sealed record Computed(EvaluatorVersions Versions);
}
