namespace Cluster.Grains.Tests.Contracts;

/// <summary>
/// What silos of two versions send each other is as in OrleansMessages.txt: OrleansContracts.txt beside it has the calls, and says nothing
/// of what is in their arguments and answers. Written anew by
/// <c>CLUSTER_WRITE_SCHEMAS=1 dotnet test --project tests/Grains.Tests --filter-class '*MessageContract*'</c>.
/// </summary>
public sealed class MessageContractTests
{
    private const string About =
        "# The messages of the calls in OrleansContracts.txt: id, name and type of each member, number and name of each value.\n"
        + "# A test writes it (MessageContractTests). Silos of two versions misread each other where an id gets another type or meaning.\n";

    private static readonly string Golden = Checkout.At("src", "Grains", "OrleansMessages.txt");

    [Fact]
    public void Messages_AreThoseOfTheFile()
    {
        var messages = typeof(Carried).Assembly.GetTypes().Where(IsMessage).ToArray();
        var foreign = messages.SelectMany(Members).Select(member => Bare(member.Type)).Where(type => type.IsEnum && !IsMessage(type));
        var written = About + string.Concat(messages.Concat(foreign.Distinct()).Select(Describe).Order(StringComparer.Ordinal));
        if (Environment.GetEnvironmentVariable("CLUSTER_WRITE_SCHEMAS") == "1")
        {
            File.WriteAllText(Golden, written);
        }

        File.ReadAllText(Golden).ShouldBe(written);
    }

    [Fact]
    public void Messages_EveryMember_HasAnId() => typeof(Carried).Assembly.GetTypes()
        .Where(type => IsMessage(type) && !type.IsEnum)
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(property => property.SetMethod is not null && property.GetCustomAttribute<IdAttribute>() is null)
        .ShouldBeEmpty();

    private static bool IsMessage(Type type) => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null;

    private static IEnumerable<(uint Id, string Name, Type Type)> Members(Type type) => type.GetProperties()
        .Where(property => property.GetCustomAttribute<IdAttribute>() is not null)
        .Select(property => (property.GetCustomAttribute<IdAttribute>()!.Id, property.Name, property.PropertyType))
        .OrderBy(member => member.Id);

    private static string Describe(Type type)
    {
        var lines = type.IsEnum
            ? Enum.GetNames(type).Select(name => $"{Enum.Format(type, Enum.Parse(type, name), "d")}: {name}")
            : Members(type).Select(member => $"{member.Id}: {member.Name}: {NameOf(member.Type)}");
        var kind = type.IsEnum ? $" ({NameOf(Enum.GetUnderlyingType(type))})" : string.Empty;
        return $"\n{NameOf(type)}{kind}\n{string.Concat(lines.Select(line => $"  {line}\n"))}";
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static string NameOf(Type type) => Nullable.GetUnderlyingType(type) is { } some ? $"{NameOf(some)}?"
        : type.IsArray ? $"{NameOf(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName!;
}
