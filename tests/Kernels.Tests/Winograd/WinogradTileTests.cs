namespace Cluster.Kernels.Tests.Winograd;

public sealed class WinogradTileTests
{
    [Fact]
    public unsafe void Weights_TilesOfFour_AreTransformedAsByHand()
    {
        // g = a b^T, so that U = (G a)(G b)^T with G of the points 0, 1, -1, 2, -2 and infinity:
        // a = (6, 12, 24): 6/4, -42/6, -18/6, (6 + 24 + 96)/24, (6 - 24 + 96)/24, 24; b = (24, 0, 0): 24/4, -24/6, -24/6, 24/24, 24/24, 0.
        float[] ga = [1.5f, -7, -3, 5.25f, 3.25f, 24];
        float[] gb = [6, -4, -4, 1, 1, 0];
        float[] filters = new float[16 * 16 * 9];
        const int Output = 5, Input = 11;
        float[] g = [144, 0, 0, 288, 0, 0, 576, 0, 0];
        g.CopyTo(filters, ((Output * 16) + Input) * 9);

        var weights = new WinogradWeights(filters, WinogradTile.Four, 16, 16, []);

        float[] transformed = new Span<float>(weights.Transformed, 36 * 16 * 16).ToArray();
        float[] seen = [.. Enumerable.Range(0, 36).Select(point => transformed[(((point * 16) + Input) * 16) + Output])];
        seen.ShouldBe([.. ga.SelectMany(row => gb.Select(column => row * column))]);
        transformed.Count(value => value != 0).ShouldBe(30);
    }

    [Theory]
    [InlineData(1, 1, WinogradTile.Two)]
    [InlineData(2, 2, WinogradTile.Two)]
    [InlineData(3, 3, WinogradTile.Four)] // 36 and 4 * 16
    [InlineData(5, 5, WinogradTile.Two)] // 4 * 36 and 9 * 16
    [InlineData(6, 6, WinogradTile.Two)]
    [InlineData(7, 7, WinogradTile.Four)] // 4 * 36 and 16 * 16
    [InlineData(1, 32, WinogradTile.Two)] // 8 * 36 and 16 * 16
    [InlineData(32, 32, WinogradTile.Four)]
    public void FastestTile_SizesOfImages_HasFewerMultiplications(long height, long width, WinogradTile tile)
    {
        WinogradConvolution.FastestTile(height, width).ShouldBe(tile);
        WinogradConvolution.FastestTile(width, height).ShouldBe(tile);
    }
}
