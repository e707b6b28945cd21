using Cluster.Export.Forms;

namespace Cluster.Export.Tests.Forms;

/// <summary>Places of channels among padding, by hand.</summary>
public sealed class PaddedChannelsTests
{
    [Fact]
    public void Joined_PaddedParts_LeavesHoles()
    {
        var joined = PaddedChannels.Joined([PaddedChannels.Padded(2, 4), PaddedChannels.Plain(3)]);

        joined.Places.ShouldBe([0, 1, 4, 5, 6]);
        joined.Count.ShouldBe(7);
        joined.Channels().ShouldBe([0, 1, -1, -1, 2, 3, 4]);
    }

    [Theory]
    [InlineData(0, 2, 4, 0, new[] { 0, 1 })] // ends late, in the padding
    [InlineData(2, 3, 4, 3, new[] { 1, 2, 3 })] // starts early
    [InlineData(2, 3, 8, 4, new[] { 0, 1, 2 })] // wider than all: as it is
    public void Range_SideBySide_IsWidenedWhereThereIsRoom(int start, int channels, int width, int first, int[] places)
    {
        var source = PaddedChannels.Joined([PaddedChannels.Padded(2, 4), PaddedChannels.Plain(3)]);

        var (from, taken) = source.Range(start, channels, width).ShouldNotBeNull();

        from.ShouldBe(first);
        taken.Places.ShouldBe(places);
    }

    [Fact]
    public void Range_AcrossAHole_IsNone() =>
        PaddedChannels.Joined([PaddedChannels.Padded(2, 4), PaddedChannels.Plain(3)]).Range(1, 2, 4).ShouldBeNull();
}
