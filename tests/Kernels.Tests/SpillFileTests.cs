using Cluster.Tests;
using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Kernels.Tests;

public sealed class SpillFileTests
{
    [Fact]
    public void Write_ManyBlocksInAnyOrder_EachReadsBack() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Gen.Choose(1, 30_000).ListOf().ToArbitrary(), sizes =>
        {
            using var folder = new WorkFolder();
            using var file = new SpillFile(folder.Root);
            var random = new Random(sizes.Count);
            var held = new List<(long Offset, byte[] Block)>();
            foreach (int size in sizes)
            {
                byte[] block = new byte[size];
                random.NextBytes(block);
                held.Add((file.Write(block), block));
                if (random.Next(3) == 0)
                {
                    int gone = random.Next(held.Count);
                    file.Free(held[gone].Offset, held[gone].Block.Length);
                    held.RemoveAt(gone);
                }
            }

            foreach (var (offset, block) in held)
            {
                byte[] read = new byte[block.Length];
                file.Read(offset, read);
                read.ShouldBe(block);
            }

            file.Used.ShouldBe(held.Sum(entry => (entry.Block.LongLength + 4095) / 4096 * 4096));
        }));

    [Fact]
    public void Free_AllBlocks_RoomIsUsedAgain()
    {
        using var folder = new WorkFolder();
        using var file = new SpillFile(folder.Root);
        byte[] block = new byte[5000];
        long[] offsets = [file.Write(block), file.Write(block), file.Write(block)];
        foreach (long offset in (long[])[offsets[1], offsets[0], offsets[2]])
        {
            file.Free(offset, block.Length);
        }

        file.Used.ShouldBe(0);
        file.Write(new byte[3 * 8192]).ShouldBe(0, "the three gaps are one");
    }

    [Fact]
    public void Constructor_FileHasNoName()
    {
        using var folder = new WorkFolder();
        using var file = new SpillFile(folder["deep/er"]);
        file.Write([1, 2, 3]);

        Directory.EnumerateFileSystemEntries(folder["deep/er"]).ShouldBeEmpty("whatever ends the process, nothing stays");
    }

    [Fact]
    public void Read_BeyondTheEnd_Throws()
    {
        using var folder = new WorkFolder();
        using var file = new SpillFile(folder.Root);
        long offset = file.Write([1, 2, 3]);

        Should.Throw<EndOfStreamException>(() => file.Read(offset, new byte[100])).Message.ShouldContain("97 bytes");
    }
}
