using System.Text.Encodings.Web;

namespace Cluster.Coordinator.Tests.Model;

/// <summary>
/// The schema of journals has the options of a job. A new one is written into it, and a deleted one out of it, by this command, which
/// leaves those that stay as they are:
/// <c>CLUSTER_WRITE_SCHEMAS=1 dotnet test --project tests/Coordinator.Tests --filter-class '*JobOptionsSchema*'</c>.
/// </summary>
public sealed class JobOptionsSchemaTests
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Schema_Options_AreThoseOfJobs()
    {
        string path = Checkout.At("docs", "schemas", "journal.schema.json");
        var schema = JsonNode.Parse(File.ReadAllText(path))!;
        var options = Find(schema)!;
        var members = OtherOptions.Properties.ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => Member(property.PropertyType, property.Name));
        if (Environment.GetEnvironmentVariable("CLUSTER_WRITE_SCHEMAS") == "1")
        {
            foreach (string gone in options.Select(member => member.Key).Except(members.Keys).ToArray())
            {
                options.Remove(gone);
            }

            foreach (var (name, member) in members.Where(member => !options.ContainsKey(member.Key)))
            {
                options.Add(name, member);
            }

            File.WriteAllText(path, schema.ToJsonString(Written) + "\n");
        }

        options.Select(member => member.Key).Order(StringComparer.Ordinal).ShouldBe(members.Keys.Order(StringComparer.Ordinal));
        options.Select(member => (member.Key, $"{member.Value!["type"]}"))
            .ShouldBe(options.Select(member => (member.Key, $"{members[member.Key]["type"]}")));
    }

    private static JsonObject? Find(JsonNode? node) => node switch
    {
        JsonObject found when found["options"]?["properties"] is JsonObject options => options,
        JsonObject parent => parent.Select(member => Find(member.Value)).FirstOrDefault(found => found is not null),
        JsonArray list => list.Select(Find).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static JsonObject Member(Type declared, string name)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var member = type switch
        {
            _ when type.IsEnum => new JsonObject
            {
                ["enum"] = new JsonArray(
                    [.. Enum.GetNames(type).Select(choice => JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(choice)))]),
            },
            _ when type == typeof(IReadOnlyList<string>) =>
                new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
            _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
            _ => new JsonObject { ["type"] = "object" },
        };
        if (JobLimits.All.FirstOrDefault(limit => limit.Option == name) is { } limit)
        {
            member["description"] = limit.Help;
        }

        return member;
    }
}
