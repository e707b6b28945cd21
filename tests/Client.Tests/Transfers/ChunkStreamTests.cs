using FsCheck;
using FsCheck.Fluent;

namespace Cluster.Client.Tests.Transfers;

public sealed class ChunkStreamTests
{
    [Fact]
    public void WriteAsync_AnyPieces_MakeTheSameFullChunks()
    {
        var pieces = Gen.Choose(0, 900_000).ListOf(6).ToArbitrary();
        Prop.ForAll(pieces, lengths =>
        {
            var sizes = new List<int>();
            using var gathered = new MemoryStream();
            using var stream = new ChunkStream((chunk, _) =>
            {
                sizes.Add(chunk.Length);
                gathered.Write(chunk.Span);
                return ValueTask.CompletedTask;
            });
            byte[] all = new byte[lengths.Sum()];
            new Random(7).NextBytes(all);
            int at = 0;
            foreach (int length in lengths)
            {
                stream.WriteAsync(all, at, length, default).GetAwaiter().GetResult();
                at += length;
            }

            stream.CompleteAsync(default).AsTask().GetAwaiter().GetResult();
            return gathered.ToArray().AsSpan().SequenceEqual(all)
                && sizes.SkipLast(1).All(size => size == ChunkStream.Size)
                && sizes.All(size => size > 0)
                && stream.Length == all.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }
}
