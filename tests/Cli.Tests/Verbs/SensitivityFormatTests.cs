using Cluster.Cli.Verbs.Layers;
using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Cli.Tests.Verbs;

public class SensitivityFormatTests
{
    [Fact]
    public void Format_FlagsAndNames_ChooseTheFormat()
    {
        SensitivityCommand.Format(json: false, csv: false, "").ShouldBe(SensitivityFormat.Table);
        SensitivityCommand.Format(json: true, csv: false, "").ShouldBe(SensitivityFormat.Json);
        SensitivityCommand.Format(json: false, csv: true, "x.json").ShouldBe(SensitivityFormat.Csv);
        SensitivityCommand.Format(json: false, csv: false, "x.json").ShouldBe(SensitivityFormat.Json);
        SensitivityCommand.Format(json: false, csv: false, "x.txt").ShouldBe(SensitivityFormat.Csv);
        Should.Throw<UsageException>(() => SensitivityCommand.Format(json: true, csv: true, ""));
        Should.Throw<UsageException>(() => SensitivityCommand.Format(json: false, csv: false, Path.GetTempPath()));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 30)]
    [InlineData(0.5, 1, 15)]
    [InlineData(1e-9, 1, 1)]
    [InlineData(0, 0, 0)]
    public void Bar_SmallValue_IsProportionalAndVisible(double value, double largest, int length) =>
        SensitivityTables.Bar(value, largest, isUnicode: false).ShouldBe(new string('#', length));

    [Fact]
    public void Csv_GroupsWithoutNoise_LeaveTheFieldEmpty()
    {
        var report = new SensitivityReport("m", "mse", 10, [new RankedGroup(1, "a,b", ["Conv", "Relu"], 5, 0.25, null, 9, 10, 0.5)], 1, 2);
        SensitivityTables.Csv(report).ShouldBe(
            "index,group,operators,macs_per_image,kl_nats,sqnr_db,correct_images,total_images,left_out_kl_nats\r\n"
            + "1,\"a,b\",Conv+Relu,5,0.25,,9,10,0.5\r\n");
    }
}
