using System.Text.Json.Serialization.Metadata;

namespace Cluster.Plans;

/// <summary>
/// The one set of JSON conventions of plans, journals and results: camelCase names, enums as camelCase text, nulls left
/// out.
/// </summary>
public static class PlanJson
{
    /// <summary>For journals and results: members of later versions are ignored when read.</summary>
    public static JsonSerializerOptions Options { get; } = Create(JsonUnmappedMemberHandling.Skip, indented: false);

    /// <summary>For files that people edit: an unknown member is an error, as it is probably misspelt.</summary>
    public static JsonSerializerOptions Strict { get; } = Create(JsonUnmappedMemberHandling.Disallow, indented: false);

    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(JsonUnmappedMemberHandling.Skip, indented: true);

    private static JsonSerializerOptions Create(JsonUnmappedMemberHandling unmapped, bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Canonical JSON sorts keys, so the discriminator of a polymorphic value is not its first member.
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MakeNullableOptional } },
            UnmappedMemberHandling = unmapped,
            WriteIndented = indented,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    // Nulls are omitted in writing, so nullable members may be missing in reading.
    private static void MakeNullableOptional(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { IsNullable: true } || Nullable.GetUnderlyingType(property.PropertyType) is not null)
            {
                property.IsRequired = false;
            }
        }
    }
}
