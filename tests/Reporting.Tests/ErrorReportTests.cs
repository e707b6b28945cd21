using System.Globalization;
using Cluster.Reporting.Tests.Charts;

namespace Cluster.Reporting.Tests;

public sealed class ErrorReportTests
{
    private static readonly ErrorAnalysis Analysis = new(
        "net.onnx",
        Plan: null,
        "mse",
        Images: 64,
        [
            new LayerErrors(
                0, "first<&>", ["Conv", "Relu"], "INT8", new ErrorFigures(0.25, 0.5, 0.875, 31.5),
                new ErrorFigures(0.25, 0.5, 0.875, 31.5),
                WorstChannelDb: 4.5),
            new LayerErrors(1, "flat", ["Flatten"], "FP32", null, new ErrorFigures(0.5, 0.25, 0.5, 12)),
            new LayerErrors(2, "head", ["Gemm"], "INT8", new ErrorFigures(0, 0, 1, null), new ErrorFigures(4, 2, -0.5, -3.25)),
        ],
        Seconds: 2);

    [Fact]
    public void Csv_Layers_HaveBothErrorsOrEmptyFields() => ErrorReport.Csv(Analysis).ShouldBe(
        "index,group,operators,format,local_mse,local_mae,local_cosine,local_sqnr_db,"
        + "accumulated_mse,accumulated_mae,accumulated_cosine,accumulated_sqnr_db,worst_channel_db\r\n"
        + "0,first<&>,Conv+Relu,INT8,0.25,0.5,0.875,31.5,0.25,0.5,0.875,31.5,4.5\r\n"
        + "1,flat,Flatten,FP32,,,,,0.5,0.25,0.5,12,\r\n"
        + "2,head,Gemm,INT8,0,0,1,,4,2,-0.5,-3.25,\r\n");

    [Fact]
    public void Html_EachLayer_HasARowAndItsBars()
    {
        var body = HtmlReportTests.Body(ErrorReport.Html(Analysis));

        body.Descendants("tbody").Single().Elements("tr").Count().ShouldBe(3);
        body.Descendants("td").ShouldContain(cell => cell.Value == "12.0");
        body.Descendants("svg").Select(svg => svg.Attribute("class")!.Value).ShouldBe(["wide", "narrow"]);
        foreach (var svg in body.Descendants("svg"))
        {
            svg.Descendants("rect").Count().ShouldBe(4); // the layers with a signal to noise: one alone, three accumulated
            svg.Descendants("text").ShouldContain(text => text.Value == "first<&>");
            ChartTests.IsWithin(svg).ShouldBeTrue();
        }
    }

    [Fact]
    public void Html_ShorterBar_IsTheNoisierLayer()
    {
        double[] widths = [.. HtmlReportTests.Body(ErrorReport.Html(Analysis)).Descendants("rect")
            .Select(rect => double.Parse(rect.Attribute("width")!.Value, CultureInfo.InvariantCulture))];

        widths[0].ShouldBe(widths[1]);
        (widths[2] / widths[0]).ShouldBe(12 / 31.5, 1e-3);
        (widths[3] / widths[0]).ShouldBe(3.25 / 31.5, 1e-3);
    }

    [Fact]
    public void Html_NothingQuantized_IsStillAPage()
    {
        var exact = Analysis with { Groups = [new LayerErrors(0, "only", ["Conv"], "FP32", null, new ErrorFigures(0, 0, 1, null))] };

        HtmlReportTests.Body(ErrorReport.Html(exact)).Descendants("rect").ShouldBeEmpty();
    }
}
