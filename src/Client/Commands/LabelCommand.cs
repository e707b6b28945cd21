using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster label`: the images that a job asks a person about, and the answers.</summary>
internal static class LabelCommand
{
    private const string UsualList = "label-these.csv";

    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var file = new Argument<string?>("FILE")
        {
            Description = "the list, filled in; without it the list is written",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "where the list is written",
            HelpName = "FILE.csv",
            DefaultValueFactory = _ => UsualList,
        };
        var evaluation = new Option<string?>("--eval")
        {
            Description = "the evaluation images here, whose files the list is to name (folder: or imagefolder:)",
            HelpName = "SPEC",
        };
        return RemoteCommand.Create(
            context,
            "label",
            ["label jobs/ID", "label jobs/ID --eval folder:val -o these.csv", "label jobs/ID these.csv"],
            [job, file, output, evaluation],
            async call =>
            {
                string name = call.Job(job);
                if (call.Parsed.GetValue(file) is { } list)
                {
                    var request = new LabelImagesRequest { Name = name, Labels = { LabelList.Read(list) } };
                    var labelled = await call.Server.CallAsync(
                        options => call.Server.Jobs.LabelImagesAsync(request, options), call.Cancellation);
                    await call.ShowAsync(
                        labelled, () => CommandConsole.Line(call.Console, $"{labelled.Name} {Words.Of(labelled.State)}"));
                    return ExitCode.Done;
                }

                var asked = await call.Server.CallAsync(
                    options => call.Server.Jobs.GetAskedImagesAsync(new GetAskedImagesRequest { Name = name }, options), call.Cancellation);
                string path = call.Parsed.GetRequiredValue(output);
                await call.ShowAsync(asked, () =>
                {
                    LabelList.Write(path, asked, call.Parsed.GetValue(evaluation));
                    CommandConsole.Line(
                        call.Console,
                        $"{path} lists {asked.Images.Count(image => !image.HasLabel)} images: give each its class, 0 to "
                        + $"{asked.Classes - 1}, in the column 'label', or ? if it cannot be told. Then: ./cluster label {name} {path}");
                });
                return ExitCode.Done;
            });
    }
}
