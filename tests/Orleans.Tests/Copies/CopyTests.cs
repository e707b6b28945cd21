using System.Collections.Immutable;
using Orleans.Serialization;

namespace Cluster.OrleansTests;

public sealed class CopyTests(SiloFixture silo)
{
    private readonly IKeeperGrain _grain = silo.Grains.GetGrain<IKeeperGrain>(Gate.New());

    public static TheoryData<object> Serializable =>
    [
        1, 2.5, true, 'c', "text", 3.5m, Guid.Empty, TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch, DateTime.UnixEpoch, Precision.Fp16,
        new byte[] { 1, 2 }, new[] { "a", "b" }, new List<int> { 1 }, new Dictionary<string, int> { ["a"] = 1 }, new HashSet<int> { 1, 2 },
        ImmutableList.Create("a"), ImmutableDictionary<string, int>.Empty.Add("a", 1), new Uri("file:///a"),
        (1, "two"), KeyValuePair.Create("a", 1), new Version(1, 2), new SortedDictionary<string, int> { ["a"] = 1 },
    ];

    public static TheoryData<object> Unserializable =>
    [
        new Bare(), new List<Bare> { new() }, new[] { new Bare() }, new Dictionary<string, object> { ["a"] = new Bare() },
        new MemoryStream(),
        new { Anonymous = 1 }, (1, new Bare()), new SemaphoreSlim(1),
    ];

    [Fact]
    public async Task Argument_ChangedAfterTheCall_IsNotSeenByTheGrain()
    {
        var payload = new Payload { Name = "before", Bytes = [1, 2], Numbers = [1], Matrix = new float[,] { { 1, 2 }, { 3, 4 } } };
        payload.Children["child"] = new Payload { Name = "child" };
        await _grain.KeepAsync(payload);

        payload.Name = "after";
        payload.Bytes[0] = 9;
        payload.Numbers.Add(2);
        payload.Matrix[1, 0] = 9;
        payload.Children["child"].Name = "changed";

        var kept = await _grain.GetAsync();
        kept.Name.ShouldBe("before");
        kept.Bytes.ShouldBe([1, 2]);
        kept.Numbers.ShouldBe([1]);
        kept.Matrix![1, 0].ShouldBe(3);
        kept.Children["child"].Name.ShouldBe("child");
    }

    [Fact]
    public async Task Result_Changed_IsNotSeenByTheGrain()
    {
        await _grain.KeepAsync(new Payload { Numbers = [1] });
        (await _grain.GetAsync()).Numbers.Add(2);

        (await _grain.GetAsync()).Numbers.ShouldBe([1]);
    }

    [Fact]
    public async Task Argument_EveryKindOfMember_Crosses()
    {
        var payload = new Payload
        {
            Words = ["a", "b"],
            At = DateTimeOffset.UnixEpoch,
            Took = TimeSpan.FromSeconds(3),
            Precision = Precision.Fp16,
            Pair = (Guid.Empty, 1.5m),
            Local = "changed",
        };
        await _grain.KeepAsync(payload);

        var kept = await _grain.GetAsync();
        kept.Words.ShouldBe(["a", "b"]);
        kept.At.ShouldBe(DateTimeOffset.UnixEpoch);
        kept.Took.ShouldBe(TimeSpan.FromSeconds(3));
        kept.Precision.ShouldBe(Precision.Fp16);
        kept.Pair.ShouldBe((Guid.Empty, 1.5m));
        kept.Local.ShouldBe("made anew");
    }

    [Fact]
    public async Task Argument_Cycle_StaysOne()
    {
        var payload = new Payload();
        payload.Self = payload;
        await _grain.KeepAsync(payload);

        var kept = await _grain.GetAsync();
        kept.Self.ShouldBeSameAs(kept);
        kept.ShouldNotBeSameAs(payload);
    }

    [Fact]
    public async Task Record_ParametersWithoutIds_Cross()
    {
        var point = new Point(1, [7]);

        var moved = await _grain.MoveAsync(point);

        moved.X.ShouldBe(2);
        moved.Marks.ShouldBe([7, 1]);
        point.Marks.ShouldBe([7]);
    }

    [Fact]
    public async Task DerivedClass_DeclaredAsItsBase_KeepsItsTypeAndBothLevels()
    {
        var circle = (await _grain.RenameAsync(new Circle { Name = "round", Radius = 2 })).ShouldBeOfType<Circle>();

        circle.Name.ShouldBe("round!");
        circle.Radius.ShouldBe(2);
    }

    [Fact]
    public async Task ImmutableType_IsNotCopied()
    {
        var frozen = new Frozen { Values = [1] };

        (await _grain.IsSameAsync(frozen, frozen)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Serializable))]
    public async Task Value_OfAKnownType_Crosses(object value) => (await _grain.EchoAsync(value)).ShouldBeEquivalentTo(value);

    [Fact]
    public async Task Null_Crosses() => (await _grain.EchoAsync(null)).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Unserializable))]
    public async Task Argument_OfATypeWithoutSerializer_IsRefused(object value) =>
        await Should.ThrowAsync<CodecNotFoundException>(async () => await _grain.EchoAsync(value));

    [Fact]
    public async Task Result_OfATypeWithoutSerializer_IsRefused() =>
        await Should.ThrowAsync<CodecNotFoundException>(async () => await _grain.BareAsync());

    [Fact]
    public async Task GrainReference_AsArgumentAndResult_StaysAReference()
    {
        var other = silo.Grains.GetGrain<IKeeperGrain>(Gate.New());

        (await _grain.ReferToAsync(other)).ShouldBe(other);
    }
}
