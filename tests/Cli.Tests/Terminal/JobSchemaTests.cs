using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Tests.Terminal;

/// <summary>
/// The schema of a job's file, for editors. It is written anew by
/// <c>CLUSTER_WRITE_SCHEMAS=1 dotnet test --project tests/Cli.Tests --filter-class '*JobSchema*'</c>.
/// </summary>
public sealed class JobSchemaTests
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Schema_Keys_AreThoseOfTheOptions()
    {
        string path = Checkout.At("docs", "schemas", "job.schema.json");
        var members = JobKeys.Files.Select(file => (file.Key, Member: Of("string", file.Help)))
            .Concat(JobLimits.All.Select(limit => (Key: JobKeys.KeyOf(limit.Name), Member: Member(limit))));
        string schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A job of Cluster, for ./cluster run --config and ./cluster submit --config",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)member.Member))),
        }.ToJsonString(Written) + "\n";
        if (Environment.GetEnvironmentVariable("CLUSTER_WRITE_SCHEMAS") == "1")
        {
            File.WriteAllText(path, schema);
        }

        File.ReadAllText(path).ShouldBe(schema);
    }

    private static JsonObject Member(JobLimit limit)
    {
        var type = limit.Type;
        return type.IsEnum
            ? new JsonObject
            {
                ["enum"] = new JsonArray(
                    [.. Enum.GetValues(type).Cast<Enum>().Select(choice => JsonValue.Create(JobLimit.WordOf(choice)))]),
                ["description"] = limit.Help,
            }
            : limit == JobLimits.Set || limit == JobLimits.Shape ? Of(["string", "array", "object"], limit.Help)
            : limit is JobLimit<IReadOnlyList<string>> || limit == JobLimits.Target ? Of(["string", "array"], limit.Help)
            : type == typeof(string) ? Of("string", limit.Help)
            // Numbers take a unit or a percent sign.
            : type == typeof(int) || limit == JobLimits.Seed ? Of("integer", limit.Help)
            : Of(["number", "string"], limit.Help);
    }

    private static JsonObject Of(JsonNode type, string help) => new() { ["type"] = type, ["description"] = help };

    private static JsonObject Of(string[] types, string help) => Of(new JsonArray([.. types.Select(type => JsonValue.Create(type))]), help);
}
