namespace Cluster.Storage.Tests.Files;

public sealed class JournalScannerTests
{
    private const int LineBytes = 1 << 20;

    // Beyond what an array, a span or a string can hold.
    private const int Lines = 2100;

    [Fact]
    public void TryNext_JournalOfMoreThanTwoGibibytes_GivesItsLinesInTheMemoryOfAFew()
    {
        using var journal = new PlayedJournal(Lines, cut: 5);
        var lines = new JournalScanner(journal, "journal");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var longest = 0;
        while (lines.TryNext(out var line))
        {
            longest = Math.Max(longest, line.Length);
        }

        // The last line lacks five bytes, so it is a torn one.
        lines.ValidLength.ShouldBe((Lines - 1L) * LineBytes);
        lines.ValidLength.ShouldBeGreaterThan(int.MaxValue);
        (lines.Count, longest, lines.LacksLineEnd).ShouldBe((Lines - 1, LineBytes - 1, false));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * LineBytes);
    }

    /// <summary>Lines that are intact, each made when it is read.</summary>
    private sealed class PlayedJournal(int lines, int cut) : Stream
    {
        private readonly byte[] _line = new byte[LineBytes];
        private string _sum = JournalLines.FirstSum;
        private int _made;
        private int _left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0 && _made < lines)
            {
                Make();
            }

            var tail = _made == lines ? cut : 0;
            var count = Math.Min(buffer.Length, Math.Max(0, _left - tail));
            _line.AsSpan(LineBytes - _left, count).CopyTo(buffer);
            _left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Make()
        {
            _made++;
            _line.AsSpan().Fill((byte)'x');
            var tail = "\",\"sum\":\"0123456789abcdef\"}\n".Length - 1;
            _sum = JournalLines.Sum(_sum, _line.AsSpan(..^tail));
            Encoding.ASCII.GetBytes($",\"sum\":\"{_sum}\"}}\n").CopyTo(_line.AsSpan(^tail..));
            _left = LineBytes;
        }
    }
}
