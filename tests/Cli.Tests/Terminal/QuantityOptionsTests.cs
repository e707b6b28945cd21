namespace Cluster.Cli.Tests.Terminal;

public class QuantityOptionsTests
{
    [Theory]
    [InlineData("2ms", 2)]
    [InlineData("800us", 0.8)]
    [InlineData("0.01s", 10)]
    [InlineData("1.5", 1.5)]
    public void Milliseconds_AnyUnit_IsRead(string text, double expected) => Time(text).Value!.Value.ShouldBe(expected, 1e-12);

    [Theory]
    [InlineData("5MB", 5_000_000)]
    [InlineData("600kB", 600_000)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("7", 7)]
    public void Bytes_AnyUnit_IsRead(string text, long expected)
    {
        var option = QuantityOptions.Of(JobLimits.SizeBudget, "size");
        new Command("x") { option }.Parse([option.Name, text]).GetValue(option).ShouldBe(expected);
    }

    [Theory]
    [InlineData("2.5G", 2_500_000_000)]
    [InlineData("800M", 800_000_000)]
    public void Count_AnyPrefix_IsRead(string text, long expected)
    {
        var option = QuantityOptions.Of(JobLimits.BopsBudget, "operations");
        new Command("x") { option }.Parse([option.Name, text]).GetValue(option).ShouldBe(expected);
    }

    [Theory]
    [InlineData("2 parsecs", "--latency-budget: '2 parsecs' is not a time; write 2ms, 800us or 0.01s.")]
    [InlineData("ms", "--latency-budget: 'ms' is not a time; write 2ms, 800us or 0.01s.")]
    [InlineData("-1ms", "--latency-budget must be a time above 0, not -1ms: write 2ms or 800us.")]
    public void Milliseconds_AnythingElse_IsRefused(string text, string error) => Time(text).Error.ShouldBe(error);

    private static (double? Value, string? Error) Time(string text)
    {
        var option = QuantityOptions.Of(JobLimits.LatencyBudget, "time");
        var parsed = new Command("x") { option }.Parse([option.Name, text]);
        return parsed.Errors.Count > 0 ? (null, parsed.Errors[0].Message) : (parsed.GetValue(option), null);
    }
}
