namespace Cluster.Reporting.Tests;

public sealed class CsvFilesTests
{
    [Fact]
    public void Add_SpecialCharacters_AreQuotedByRfc4180()
    {
        var csv = new CsvText("a", "b,c");
        csv.Add("x\"y", "line\r\nbreak");
        csv.Add(0.1 + 0.2, null);
        csv.Add(true, 12345678901L);

        csv.ToString().ShouldBe("a,\"b,c\"\r\n\"x\"\"y\",\"line\r\nbreak\"\r\n0.30000000000000004,\r\ntrue,12345678901\r\n");
    }

    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("@a", "'@a")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("a=b", "a=b")]
    [InlineData("red \u001b[31m", "red \uFFFD[31m")]
    public void Add_FormulaOrControlText_IsEscaped(string text, string expected)
    {
        var csv = new CsvText("a", "b");
        csv.Add(text, -1.5);

        csv.ToString().ShouldBe($"a,b\r\n{expected},-1.5\r\n");
    }

    [Fact]
    public void Front_Sample_HasTheFrontFastestFirst()
    {
        var model = SampleOutcome.Model();

        var lines = CsvFiles.Front(model).Split("\r\n");

        lines[0].ShouldBe(
            "plan_sha256,role,int8_groups,groups,correct_images,total_images,top1_fraction,ci95_low_fraction,ci95_high_fraction,"
            + "drop_fraction,latency_median_ms,latency_iqr_ms,latency_n,fp32_median_ms,speedup_ratio,batch_images,threads,"
            + "size_bytes,bops_per_image,kl_nats,agree_images,artefact_sha256,formats");
        lines[1].ShouldEndWith(",20 of 20 groups in int8");
        lines.Length.ShouldBe(model.Result.Front.Count + 2);
        lines[^1].ShouldBeEmpty();
        lines[1].Split(',')[..7].ShouldBe([SampleOutcome.Int8.Plan.Digest, "int8", "20", "20", "442", "800", "0.5525"]);
        lines[1..^1].Select(line => double.Parse(line.Split(',')[10], System.Globalization.CultureInfo.InvariantCulture)).ShouldBeInOrder();
        lines[^2].Split(',')[1].ShouldBe("fp32");
    }

    [Fact]
    public void Sensitivity_NameWithComma_StaysOneField()
    {
        var lines = CsvFiles.Sensitivity(SampleOutcome.Model(prefix: "a,\"b")).Split("\r\n");

        lines[0].ShouldStartWith("group,operators,macs_per_image,parameters,kl_nats,sqnr_db,");
        lines.Length.ShouldBe(22);
        lines[1].ShouldStartWith("\"a,\"\"b_00_dw/Conv\",Conv+Clip,450000,400,");
        lines[19].ShouldContain(",fp32,none,false,Float32ForAccuracy,");
        lines[12].ShouldContain(",0,,482,");
    }
}
