namespace Cluster.Kernels.Tests.Metrics;

public sealed class CtcStringsTests
{
    // Graves et al.: B(a-ab-) = B(-aa--abb) = aab, with the blank as 0 and a, b as 1, 2.
    [Theory]
    [InlineData("101120", 0, "112")]
    [InlineData("0110012200", 0, "112")]
    [InlineData("0000", 0, "")]
    [InlineData("0012", 2, "01")]
    [InlineData("0020", -1, "00")]
    public void Read_Path_IsItsString(string path, int blank, string expected)
    {
        float[] output = [.. path.SelectMany(step => Enumerable.Range(0, 3).Select(kind => kind == step - '0' ? 1f : 0))];

        var strings = CtcStrings.Of(new ValueInfo("y", ElementType.Float, [-1, path.Length, 3]), blank);

        string.Concat(strings.Read(output)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(new long[] { -1, 40, 1, 97 }, 40)] // (steps, N, classes) of one sample at a time
    [InlineData(new long[] { -1, 1, 40, 97 }, 40)]
    [InlineData(new long[] { -1, 1, 97 }, 1)]
    public void Of_ShapesOfOneString_HaveItsSteps(long[] shape, int steps) =>
        CtcStrings.Of(new ValueInfo("y", ElementType.Float, shape), 0).ShouldBe(new CtcStrings(steps, 97, 0));

    [Theory]
    [InlineData(new long[] { -1, 40 }, 0, "(N, steps, classes) or (steps, N, classes) is expected")]
    [InlineData(new long[] { -1, 3, 32, 100 }, 0, "put such an output first")]
    [InlineData(new long[] { -1, 40, 97 }, 97, "--blank is 97 where the output 'y' has the classes 0 to 96")]
    public void Of_Others_AreRefused(long[] shape, int blank, string expected) =>
        Should.Throw<KernelException>(() => CtcStrings.Of(new ValueInfo("y", ElementType.Float, shape), blank))
            .Message.ShouldContain(expected);

    [Fact]
    public void Wrong_Strings_CountWholeOnesAndCharacters()
    {
        int[][] expected = [[.. "kitten"], [.. "flaw"], [.. "same"]];
        int[][] read = [[.. "sitting"], [.. "lawn"], [.. "same"]];

        CtcStrings.Wrong(read, expected).ShouldBe([1f, 1, 0]);
        CtcStrings.WrongCharacters(read, expected).Average().ShouldBe(5 / 14f, 1e-6f); // 3 + 2 edits of 14 characters
    }
}
