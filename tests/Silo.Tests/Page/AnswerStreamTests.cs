namespace Cluster.Silo.Tests.Page;

public sealed class AnswerStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    public async Task Write_InPieces_HandsOnEachMessageOnce(int piece)
    {
        byte[][] messages = [[], [1], [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)], [2, 3]];
        byte[] bytes = [.. messages.SelectMany(message => Envelope.Of(message))];
        var taken = new List<string>();
        await using var stream = new AnswerStream((message, _) =>
        {
            taken.Add(Digest(message.Span));
            return Task.CompletedTask;
        });

        for (int i = 0; i < bytes.Length; i += piece)
        {
            await stream.WriteAsync(bytes.AsMemory(i, Math.Min(piece, bytes.Length - i)), TestContext.Current.CancellationToken);
        }

        taken.ShouldBe(messages.Select(message => Digest(message)));
    }

    private static string Digest(ReadOnlySpan<byte> message) => $"{message.Length}:{Convert.ToHexString(SHA256.HashData(message))}";
}
