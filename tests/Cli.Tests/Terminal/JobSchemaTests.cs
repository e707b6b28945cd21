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

    // What the command line takes, a file may have, as editors see it.
    [Fact]
    public void Schema_NamesOfOtherTools_AreAllowedInAnyCase()
    {
        var schema = SchemaValidator.Of("job.schema.json");
        var named = JobLimits.All.Where(limit => limit.Type.IsEnum && limit.OtherNames.Count > 0).ToList();

        named.ShouldBe([JobLimits.Schedule, JobLimits.Optimizer, JobLimits.Repair], ignoreOrder: true);
        foreach (var limit in named)
        {
            foreach (string name in limit.OtherNames.Keys.Concat(limit.OtherNames.Values))
            {
                schema.Errors(Of(limit, name)).ShouldBeEmpty();
                schema.Errors(Of(limit, name.ToUpperInvariant().Replace('-', '_'))).ShouldBeEmpty();
            }
        }

        schema.Errors(Of(JobLimits.Schedule, "StepLR")).ShouldBeEmpty();
        schema.Errors(Of(JobLimits.Schedule, "StepL")).ShouldHaveSingleItem().ShouldStartWith("$.schedule does not match");

        static string Of(JobLimit limit, string value) => $$"""{"{{JobKeys.KeyOf(limit.Name)}}": "{{value}}"}""";
    }

    private static JsonObject Member(JobLimit limit)
    {
        var type = limit.Type;
        return type.IsEnum && limit.OtherNames.Count > 0 ? OfNames(limit)
            : type.IsEnum
            ? new JsonObject
            {
                ["enum"] = Words(limit),
                ["description"] = limit.Help,
            }
            : limit == JobLimits.Set || limit == JobLimits.Shape ? Of(["string", "array", "object"], limit.Help)
            : limit == JobLimits.Formats ? Named(Of(["string", "array"], limit.Help), limit)
            : limit is JobLimit<IReadOnlyList<string>> || limit == JobLimits.Target ? Of(["string", "array"], limit.Help)
            : type == typeof(string) ? Of("string", limit.Help)
            // Numbers take a unit or a percent sign.
            : type == typeof(int) || limit == JobLimits.Seed ? Of("integer", limit.Help)
            : Of(["number", "string"], limit.Help);
    }

    // The pattern is for any case, which JSON Schema cannot say otherwise.
    private static JsonObject OfNames(JobLimit limit)
    {
        string[] names = [.. Words(limit).Select(word => word!.GetValue<string>()).Concat(limit.OtherNames.Keys)];
        return Named(
            new JsonObject
            {
                ["type"] = "string",
                ["pattern"] = $"^({string.Join('|', names.Select(name => string.Concat(name.Select(AnyCase))))})$",
                ["examples"] = Words(limit),
                ["description"] = limit.Help,
            },
            limit);

        static string AnyCase(char letter) => char.IsAsciiLetterLower(letter) ? $"[{char.ToUpperInvariant(letter)}{letter}]"
            : letter == '-' ? "[-_]"
            : $"{letter}";
    }

    // For the Python package, which is made from it.
    private static JsonObject Named(JsonObject member, JobLimit limit)
    {
        member["x-names"] = new JsonObject(limit.OtherNames.Select(name => KeyValuePair.Create(name.Key, (JsonNode?)name.Value)));
        return member;
    }

    private static JsonArray Words(JobLimit limit) =>
        [.. Enum.GetValues(limit.Type).Cast<Enum>().Select(choice => JsonValue.Create(JobLimit.WordOf(choice)))];

    private static JsonObject Of(JsonNode type, string help) => new() { ["type"] = type, ["description"] = help };

    private static JsonObject Of(string[] types, string help) => Of(new JsonArray([.. types.Select(type => JsonValue.Create(type))]), help);
}
