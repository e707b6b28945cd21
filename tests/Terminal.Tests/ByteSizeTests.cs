using System.CommandLine;

namespace Cluster.Terminal.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("800MB", 800_000_000)]
    [InlineData("3GB", 3_000_000_000)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("2 TiB", 2_199_023_255_552)]
    [InlineData("4kB", 4_000)]
    public void TryParse_NumberWithUnit_IsBytes(string text, long bytes)
    {
        ByteSize.TryParse(text, out long found).ShouldBeTrue();
        found.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("3gb")]
    [InlineData("1e3MB")]
    [InlineData("99999999999TB")]
    public void TryParse_AnythingElse_IsRefused(string text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(1_500_000_000, "1.5 GB")]
    [InlineData(536_870_912, "536.9 MB")]
    public void Text_LargestUnitOfWhichThereIsOne(long bytes, string text) => ByteSize.Text(bytes).ShouldBe(text);

    [Theory]
    [InlineData("3", "--memory is '3'; a number with a unit is expected, such as 800MB or 3GB.")]
    [InlineData("1MB", "--memory is 1MB; 536.9 MB or more is expected.")]
    public void Option_NotASizeOrTooSmall_SaysWhatIsExpected(string text, string message)
    {
        var command = new Command("run") { ByteSize.Option("--memory", "what the process should stay below", 512L << 20) };

        command.Parse(["--memory", text]).Errors.ShouldHaveSingleItem().Message.ShouldBe(message);
    }
}
