using System.Diagnostics.Metrics;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Gauges of the GPUs that a silo has slots on. Each observation reads every GPU once per gauge; a value that is not reported is omitted.
/// </summary>
internal static class GpuGauges
{
    /// <param name="gpus">Gives the GPUs at every observation.</param>
    public static void Create(Meter meter, Func<IEnumerable<IGpuSensor>> gpus)
    {
        meter.CreateObservableGauge(
            "hw.gpu.utilization",
            () => Values(gpus(), reading => reading.Utilization),
            "1",
            "Share of the last sample period in which a kernel ran.");
        meter.CreateObservableGauge(
            "hw.gpu.memory.usage", () => Values(gpus(), reading => reading.UsedBytes), "By", "Memory of the GPU in use, by whomever.");
        meter.CreateObservableGauge(
            "hw.gpu.memory.limit", () => Values(gpus(), reading => reading.TotalBytes), "By", "Memory of the GPU.");
        meter.CreateObservableGauge("hw.gpu.power", () => Values(gpus(), reading => reading.Power), "W", "Power that the GPU draws.");
        meter.CreateObservableGauge(
            "hw.gpu.clock", () => Values(gpus(), reading => reading.ClockHz), "Hz", "Clock of the GPU's multiprocessors.");
        meter.CreateObservableGauge(
            "hw.gpu.throttled",
            () => Reasons(gpus()),
            "1",
            "1 while the GPU's clocks are held down for power_cap, hw_slowdown, sw_thermal, hw_thermal or hw_power_brake, else 0.");
    }

    private static IEnumerable<Measurement<T>> Values<T>(IEnumerable<IGpuSensor> gpus, Func<GpuReading, T?> value)
        where T : struct =>
        from gpu in gpus
        let found = value(gpu.Read())
        where found is not null
        select new Measurement<T>(found.Value, Id(gpu));

    private static IEnumerable<Measurement<int>> Reasons(IEnumerable<IGpuSensor> gpus) =>
        from gpu in gpus
        let throttled = gpu.Read().Throttled
        where throttled is not null
        from reason in ThrottleReasons.All
        select new Measurement<int>(throttled.Contains(reason) ? 1 : 0, Id(gpu), new("cluster.reason", reason));

    private static KeyValuePair<string, object?> Id(IGpuSensor gpu) => new("hw.id", gpu.Device);
}
