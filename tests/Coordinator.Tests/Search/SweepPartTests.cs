using FsCheck;

namespace Cluster.Coordinator.Tests.Search;

public sealed class SweepPartTests
{
    [Theory]
    [InlineData(256, 4, 4)]
    [InlineData(256, 64, 4)]
    [InlineData(191, 4, 2)]
    [InlineData(127, 4, 1)]
    [InlineData(256, 1, 1)]
    [InlineData(256, null, 1)]
    public void Of_Images_AreAsManyPiecesAsAreWorthIt(int images, int? most, int expected)
    {
        var parts = SweepPart.Of(images, most);

        parts.Count.ShouldBe(expected);
        parts[0].ShouldBe(expected == 1 ? null : new SweepPart(0, expected), "an undivided sweep names no part");
    }

    [Fact]
    public void Within_AllPieces_HaveEveryImageOnceAndAreOfOneSize() =>
        Prop.ForAll<PositiveInt, PositiveInt>((count, more) =>
        {
            var images = count.Get + more.Get;
            var ranges = Enumerable.Range(0, count.Get).Select(index => new SweepPart(index, count.Get).Within(images)).ToArray();
            var sizes = ranges.Select(range => range.GetOffsetAndLength(images).Length).ToArray();
            return ranges.SelectMany(range => Enumerable.Range(0, images).Take(range)).SequenceEqual(Enumerable.Range(0, images))
                && sizes.Max() - sizes.Min() <= 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_PiecesInAnyOrder_AreOneSweepOnceTheLastIsThere()
    {
        var pieces = new SweepPieces();
        SensitivityResult[] parts =
        [
            Piece(0, 3, images: 4, divergence: 1, signal: 50, noise: 0.25, correct: 3),
            Piece(1, 3, images: 4, divergence: 2, signal: 30, noise: 0.5, correct: 2),
            Piece(2, 3, images: 2, divergence: 4, signal: 20, noise: 0.25, correct: 2),
        ];

        pieces.Add(parts[2]).ShouldBeNull();
        pieces.Add(parts[0]).ShouldBeNull();
        pieces.Add(parts[0]).ShouldBeNull("the same piece is no other one");
        var whole = pieces.Add(parts[1]).ShouldNotBeNull();

        whole.Part.ShouldBeNull();
        whole.Seconds.ShouldBe(3);
        var group = whole.Groups.ShouldHaveSingleItem();
        (group.Group, group.Kl, group.Correct, group.Total).ShouldBe(("a", 0.7, 7, 10));
        group.SqnrDb.ShouldNotBeNull().ShouldBe(20, 1e-12);
    }

    [Fact]
    public void Add_NoNoise_HasNoRatio()
    {
        var pieces = new SweepPieces();
        pieces.Add(Piece(0, 2, images: 1, divergence: 0, signal: 5, noise: 0, correct: 1));

        pieces.Add(Piece(1, 2, images: 1, divergence: 0, signal: 5, noise: 0, correct: 1))!.Groups[0].SqnrDb.ShouldBeNull();
    }

    [Fact]
    public void Add_FormatsAtOnce_AreKeptApart()
    {
        var pieces = new SweepPieces();
        var nibbles = GroupFormat.Integer(4, 8);
        pieces.Add(Piece(0, 2, images: 1, divergence: 1, signal: 5, noise: 1, correct: 1)).ShouldBeNull();
        pieces.Add(Piece(1, 2, images: 1, divergence: 3, signal: 5, noise: 1, correct: 1) with { Format = nibbles }).ShouldBeNull();

        pieces.Add(Piece(1, 2, images: 1, divergence: 2, signal: 5, noise: 1, correct: 1))!.Groups[0].Kl.ShouldBe(1.5);
        pieces.Add(Piece(0, 2, images: 1, divergence: 5, signal: 5, noise: 1, correct: 1) with { Format = nibbles })!
            .Swept.ShouldBe(nibbles);
    }

    [Fact]
    public void Add_WholeSweep_IsItself()
    {
        var whole = new SensitivityResult([new GroupSensitivity("a", 0.5, SqnrDb: null, 9, 10)], 1.5);

        new SweepPieces().Add(whole).ShouldBeSameAs(whole);
    }

    [Fact]
    public async Task Run_SweepInPieces_EndsAsOneInOnePieceDoes()
    {
        var network = Networks.Random(3);
        var whole = new MemoryJournal();
        var divided = new MemoryJournal();

        var one = await Jobs.RunAsync(network, whole);
        var four = await Jobs.RunAsync(network with { Spec = network.Spec with { SweepParts = 4 } }, divided);

        Sweeps(whole).ShouldHaveSingleItem().Part.ShouldBeNull();
        Sweeps(divided).Select(item => item.Part).ShouldBe(Enumerable.Range(0, 4).Select(index => new SweepPart(index, 4)));
        divided.State.JobId.ShouldBe(whole.State.JobId, "the same question");
        four.Winner.Plan.Digest.ShouldBe(one.Winner.Plan.Digest);
        four.Result.Sensitivity.Select(group => (group.Group, group.Kl)).ShouldBe(
            one.Result.Sensitivity.Select(group => (group.Group, group.Kl)));
    }

    private static IEnumerable<SensitivityItem> Sweeps(MemoryJournal journal) => journal.Proposed.OfType<SensitivityItem>();

    private static SensitivityResult Piece(
        int index, int count, int images, double divergence, double signal, double noise, int correct) => new(
            [new GroupSensitivity("a", divergence / images, SqnrDb: null, correct, images)],
            Seconds: 1,
            Part: new SweptPart(new SweepPart(index, count), images, [new SweptSums(divergence, signal, noise)]));
}
