namespace Cluster.Plans;

/// <summary>The format of one tensor's numbers; a closed set. Each target supports only some of them.</summary>
public sealed record NumberFormat
{
    private static readonly NumberFormat[] Known =
    [
        new(false, 32, 24, "float32", "FP32"),
        new(false, 16, 11, "float16", "FP16"),
        .. new[] { 8, 7, 6, 5, 4, 3, 2 }.Select(bits => new NumberFormat(true, bits, bits, $"int{bits}", $"INT{bits}")),

        // Steps are 1.17 to 1.27 times as large on the networks of docs/benchmarks/latency.md: a quarter of a bit.
        new(true, 8, 7.75, "int8-safe", "int8-safe"),

        // One step for all channels is 1.5 times (ResNet-8 of MLPerf Tiny) to 1.7 times (LeNet) the root mean square of a channel's own.
        new(true, 8, 7.4, "int8-tensor", "int8-tensor"),

        // Two bits go to the range, as in other integers; weights are pair-safe. 4 bits in blocks keep 23 dB, as 3.8 bits of a float do.
        new(false, 8, 5.9, "int8-dynamic", "int8-dynamic") { IsOfRuntime = true },
        new(false, 4, 3.8, "int4-block", "int4-block") { IsOfRuntime = true },

        // As int8, whose two bits for the range are not among these.
        new(false, 8, 6, "int8-weights", "int8-weights") { IsOfRuntime = true },
    ];

    private NumberFormat(bool isInteger, int bits, double significandBits, string name, string title)
    {
        IsInteger = isInteger;
        Bits = bits;
        SignificandBits = significandBits;
        Name = name;
        Title = title;
    }

    /// <summary>All formats.</summary>
    public static IReadOnlyList<NumberFormat> All => Known;

    /// <summary>IEEE 754 binary32.</summary>
    public static NumberFormat Float32 { get; } = Parse("float32");

    /// <summary>IEEE 754 binary16.</summary>
    public static NumberFormat Float16 { get; } = Parse("float16");

    /// <summary>
    /// Weights of 8 bits where no two that a kernel adds in 16 bits saturate: exact and fast on every x86, with and without VNNI.
    /// </summary>
    public static NumberFormat PairSafe { get; } = Parse("int8-safe");

    /// <summary>Weights of 8 bits with one scale for the whole tensor, not one for each output channel.</summary>
    public static NumberFormat PerTensor { get; } = Parse("int8-tensor");

    /// <summary>
    /// Integers whose ranges ONNX Runtime finds in each run, without calibration: activations, or weights that only such kernels read.
    /// </summary>
    public static NumberFormat Dynamic { get; } = Parse("int8-dynamic");

    /// <summary>Weights of 4 bits with a scale for each block of 32 inputs, rounded to nearest.</summary>
    public static NumberFormat Block { get; } = Parse("int4-block");

    /// <summary>Weights of 8 bits with a scale for each output channel, multiplied in float.</summary>
    public static NumberFormat WeightsAlone { get; } = Parse("int8-weights");

    /// <summary>Whether layers in it are other nodes in a file, without calibrated pairs.</summary>
    public bool IsOfRuntime { get; private init; }

    /// <summary>Integer codes with a scale that calibration or learning chooses; else a float, or <see cref="IsOfRuntime"/>.</summary>
    public bool IsInteger { get; }

    /// <summary>Bits of a stored number.</summary>
    public int Bits { get; }

    /// <summary>Bits that distinguish neighbouring numbers: for a float the significand with its hidden bit, for an integer all.</summary>
    public double SignificandBits { get; }

    /// <summary>Whether it is a float that is stored in 16 bits.</summary>
    public bool IsHalf => !IsInteger && Bits == 16;

    /// <summary>The canonical name: "float32", "float16", "int8".</summary>
    public string Name { get; }

    /// <summary>The text for people: "FP32", "FP16", "INT8"; a form of integers has its name, "int8-safe".</summary>
    public string Title { get; }

    /// <summary>Integers of a width: 2 to 8 bits.</summary>
    /// <exception cref="JobException">There is no such width.</exception>
    public static NumberFormat Integer(int bits) => Find(format => format.IsInteger && format.Bits == bits)
        ?? throw new JobException($"Integers of {bits} bits were asked for where 2 to 8 are expected: give one of these widths.");

    /// <summary>The format of a name.</summary>
    /// <exception cref="JobException">There is no such format.</exception>
    public static NumberFormat Parse(string name) => TryParse(name) ?? throw new JobException(
        $"The number format \"{name}\" is unknown where one of {string.Join(", ", Known.Select(format => format.Name))} is expected.");

    /// <summary>The format of a name, a title or another tool's name, or null.</summary>
    public static NumberFormat? TryParse(string name)
    {
        var here = MethodNames.Format(name);
        return Find(format =>
            string.Equals(format.Name, here, StringComparison.OrdinalIgnoreCase)
            || string.Equals(format.Title, here, StringComparison.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static NumberFormat? Find(Predicate<NumberFormat> isIt) => Array.Find(Known, isIt);
}
