
namespace Cluster.Data.Tests;

public sealed class SpillSpaceTests
{
    [Fact]
    public void Take_ManyBlocksInAnyOrder_EachReadsBack() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(Gen.Choose(1, 30_000).ListOf().ToArbitrary(), sizes =>
        {
            using var folder = new WorkFolder();
            using var space = new SpillSpace(0, folder.Root);
            var random = new Random(sizes.Count);
            var held = new List<(SpillBlock Block, byte[] Bytes)>();
            foreach (int size in sizes)
            {
                byte[] bytes = new byte[size];
                random.NextBytes(bytes);
                held.Add((space.Keep(bytes), bytes));
                if (random.Next(3) == 0)
                {
                    int gone = random.Next(held.Count);
                    held[gone].Block.Dispose();
                    held.RemoveAt(gone);
                }
            }

            foreach (var (block, bytes) in held)
            {
                byte[] read = new byte[bytes.Length];
                block.Read(0, read);
                read.ShouldBe(bytes);
            }

            space.Spilled.ShouldBe(held.Sum(entry => (entry.Bytes.LongLength + 4095) / 4096 * 4096));
        }));

    [Fact]
    public void Dispose_AllBlocks_RoomIsUsedAgain()
    {
        using var folder = new WorkFolder();
        using var space = new SpillSpace(0, folder.Root);
        SpillBlock[] blocks = [space.Keep(new byte[5000]), space.Keep(new byte[5000]), space.Keep(new byte[5000])];
        foreach (int index in (int[])[1, 0, 2, 2])
        {
            blocks[index].Dispose();
        }

        space.Spilled.ShouldBe(0);
        using var large = space.Keep(new byte[3 * 8192]);
        using var next = space.Take(1);
        Should.Throw<EndOfStreamException>(() => next.Read(0, new byte[1])); // the three gaps are one, so the file has no more
    }

    [Fact]
    public void Take_BeyondTheMemory_LiesInTheFileUntilRoomIsGivenBack()
    {
        using var folder = new WorkFolder();
        using var space = new SpillSpace(100, folder["deep/er"]);
        var first = space.Take(60);
        Directory.Exists(folder["deep"]).ShouldBeFalse("no file is needed");

        using var second = space.Take(60);
        space.Spilled.ShouldBe(4096);
        Directory.EnumerateFileSystemEntries(folder["deep/er"]).ShouldBeEmpty("whatever ends the process, nothing stays");

        first.Dispose();
        first.Dispose();
        using var third = space.Take(100);
        space.Spilled.ShouldBe(4096);
        using var fourth = space.Take(1);
        space.Spilled.ShouldBe(8192, "the first one's room was given back once");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Slices_InAnyOrder_AreOneBlock(long bytes)
    {
        using var folder = new WorkFolder();
        using var space = new SpillSpace(bytes, folder.Root);
        var block = space.Take(6);
        using var other = space.Keep([7]);
        block.Write(4, [5, 6]);
        block.Write(0, [1, 2, 3, 4]);
        byte[] read = new byte[4];

        block.Read(1, read);

        read.ShouldBe([2, 3, 4, 5]);
        Should.Throw<ArgumentOutOfRangeException>(() => block.Write(5, [6, 7])); // others' bytes come there
        Should.Throw<ArgumentOutOfRangeException>(() => block.Read(3, read));
        Should.Throw<ArgumentOutOfRangeException>(() => block.Read(-1, read));
        block.Dispose();
        Should.Throw<ObjectDisposedException>(() => block.Read(0, read));
    }

    [Fact]
    public void Read_NeverWritten_Throws()
    {
        using var folder = new WorkFolder();
        using var space = new SpillSpace(0, folder.Root);
        using var block = space.Take(100);
        block.Write(0, [1, 2, 3]);

        Should.Throw<EndOfStreamException>(() => block.Read(0, new byte[100])).Message.ShouldContain("97 bytes");
    }
}
