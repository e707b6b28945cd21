using FsCheck;

namespace Cluster.Coordinator.Tests.Json;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[true,null,"x"]}""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{ "a" : 1.0, "b" : 1e2, "c": -0.0, "d": 0.1 }""", """{"a":1,"b":100,"c":0,"d":0.1}""")]
    [InlineData("\"\\u00e9\\u0041\\/\\u0001\\n\\\"\"", "\"éA/\\u0001\\n\\\"\"")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("""{"é":1,"z":2,"Z":3}""", """{"Z":3,"z":2,"é":1}""")]
    [InlineData("""{"\ue000":1,"\ud83d\ude00":2,"z":3,"a\\b":4}""", "{\"a\\\\b\":4,\"z\":3,\"😀\":2,\"\ue000\":1}")]
    [InlineData("[0,-0,-5,999999999999999999,-12345678901234567,12345678901234567890,-1.5e3]",
        "[0,0,-5,999999999999999999,-12345678901234567,1.2345678901234567E+19,-1500]")]
    [InlineData("""{"a\u0062":"+\u002b\ud83d\ude00","aa":{"":[]}}""", """{"aa":{"":[]},"ab":"++😀"}""")]
    public void Serialize_KnownValue_HasCanonicalText(string json, string expected) => Canonical(json).ShouldBe(expected);

    [Fact]
    public void Serialize_SameKeyTwice_IsRefusedByName() =>
        Should.Throw<JobException>(() => Canonical("""{"a":1,"a":2}""")).Message.ShouldContain("\"a\" twice");

    [Fact]
    public void Serialize_NumberBeyondDouble_IsRefused() =>
        Should.Throw<JobException>(() => Canonical("1e999")).Message.ShouldContain("finite");

    [Fact]
    public void Serialize_ItsOwnOutput_IsUnchanged() => Prop.ForAll(Trees, tree =>
    {
        var once = Canonical(tree.Build(reverse: false).ToJsonString());
        return string.Equals(once, Canonical(once), StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Serialize_KeysInAnotherOrder_GivesTheSameText() => Prop.ForAll(Trees, tree => string.Equals(
        Canonical(tree.Build(reverse: false).ToJsonString()),
        Canonical(tree.Build(reverse: true).ToJsonString()),
        StringComparison.Ordinal)).QuickCheckThrowOnFailure();

    [Fact]
    public void Serialize_AnyDouble_ReadsBackAsTheSameDouble() => Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat>(), value =>
        double.Parse(CanonicalJson.Serialize(value.Get), System.Globalization.CultureInfo.InvariantCulture).Equals(value.Get)
        || value.Get == 0).QuickCheckThrowOnFailure();

    [Fact]
    public void Digest_EmptyObject_IsTheKnownSha256() =>
        CanonicalJson.Digest(new { }).ShouldBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");

    private static Arbitrary<Tree> Trees => Arb.From(
        from keys in Gen.ListOf(ArbMap.Default.GeneratorFor<NonNull<string>>())
        from values in Gen.ListOf(ArbMap.Default.GeneratorFor<int>())
        from texts in Gen.ListOf(ArbMap.Default.GeneratorFor<NonNull<string>>())
        select new Tree(
            [.. keys.Select(key => key.Get).Distinct(StringComparer.Ordinal)], [.. values], [.. texts.Select(text => text.Get)]));

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Serialize(document.RootElement);
    }

    private sealed record Tree(string[] Keys, int[] Values, string[] Texts)
    {
        public JsonObject Build(bool reverse)
        {
            var members = Keys.Select((key, i) => KeyValuePair.Create(key, Node(i, reverse))).ToArray();
            return new JsonObject(reverse ? members.Reverse() : members);
        }

        private JsonNode? Node(int i, bool reverse) => (i % 4) switch
        {
            0 => new JsonArray([.. Values.Select(value => (JsonNode)JsonValue.Create(value))]),
            1 => i < Texts.Length ? JsonValue.Create(Texts[i]) : null,
            2 => new JsonObject((reverse ? Values.Distinct().Reverse() : Values.Distinct()).Select(
                value => KeyValuePair.Create($"k{value}", (JsonNode?)JsonValue.Create(value / 8.0)))),
            _ => JsonValue.Create(i % 8 == 3),
        };
    }
}
