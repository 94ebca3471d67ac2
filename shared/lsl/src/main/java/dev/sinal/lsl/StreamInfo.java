package dev.sinal.lsl;

import dev.sinal.lsl.protocol.StreamInfoXml;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The description of a stream: what its owner declared, and where its outlet is.
 *
 * <p>Discovery gives the <em>short</em> form, whose {@code desc} is empty; {@link Lsl#fullInfo} and an open inlet give the full form.
 *
 * @param name name of the stream, never empty
 * @param type content type such as {@code EEG} or {@code Markers}, may be empty
 * @param channelCount values per sample
 * @param format type of the values
 * @param nominalRate declared samples per second; 0 means irregular
 * @param sourceId stable id of the device, may be empty; a stream with one can be found again after its outlet restarts
 * @param uid id of this outlet, new for every outlet; empty before it is opened
 * @param hostname name of the producing machine
 * @param sessionId session the outlet belongs to
 * @param createdAt when the outlet was opened, seconds on the producer's {@link LslClock}
 * @param address IPv4 address the outlet answered from; empty if unknown
 * @param dataPort TCP port for samples and metadata on IPv4, 0 if none
 * @param servicePort UDP port for time probes on IPv4, 0 if none
 * @param desc free-form metadata; an element without children in the short form
 * @param protocolVersion LSL protocol times 100, e.g. 110
 * @param v6 the same three on IPv6
 */
public record StreamInfo(
        String name,
        String type,
        int channelCount,
        ChannelFormat format,
        double nominalRate,
        String sourceId,
        String uid,
        String hostname,
        String sessionId,
        double createdAt,
        String address,
        int dataPort,
        int servicePort,
        DescElement desc,
        int protocolVersion,
        Endpoint v6) {
    /** The protocol spoken here, times 100. */
    public static final int PROTOCOL = 110;

    /** The oldest protocol there is: samples as a portable archive. */
    public static final int PROTOCOL_100 = 100;

    public StreamInfo {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a stream needs a name");
        }
        if (channelCount < 0) {
            throw new IllegalArgumentException("channel_count must not be negative, was " + channelCount);
        }
        if (!(nominalRate >= 0) || Double.isInfinite(nominalRate)) {
            throw new IllegalArgumentException("nominal_srate must be finite and not negative, was " + nominalRate);
        }
        new Endpoint(address, dataPort, servicePort); // checks the ports
        Objects.requireNonNull(type);
        Objects.requireNonNull(format);
        Objects.requireNonNull(desc);
    }

    /** Without IPv6. */
    public StreamInfo(
            String name,
            String type,
            int channelCount,
            ChannelFormat format,
            double nominalRate,
            String sourceId,
            String uid,
            String hostname,
            String sessionId,
            double createdAt,
            String address,
            int dataPort,
            int servicePort,
            DescElement desc,
            int protocolVersion) {
        this(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                uid,
                hostname,
                sessionId,
                createdAt,
                address,
                dataPort,
                servicePort,
                desc,
                protocolVersion,
                Endpoint.NONE);
    }

    /** With {@link #PROTOCOL} and without IPv6. */
    public StreamInfo(
            String name,
            String type,
            int channelCount,
            ChannelFormat format,
            double nominalRate,
            String sourceId,
            String uid,
            String hostname,
            String sessionId,
            double createdAt,
            String address,
            int dataPort,
            int servicePort,
            DescElement desc) {
        this(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                uid,
                hostname,
                sessionId,
                createdAt,
                address,
                dataPort,
                servicePort,
                desc,
                PROTOCOL);
    }

    /**
     * Starts a description to open an outlet with.
     *
     * @param rate samples per second, 0 for irregular
     * @param sourceId stable id of the device, empty if there is none
     */
    public static Builder builder(
            String name, String type, int channels, double rate, ChannelFormat format, String sourceId) {
        return new Builder(name, type, channels, rate, format, sourceId);
    }

    /** Label, unit and type of every channel, from {@code desc/channels/channel}: always {@link #channelCount} entries. */
    public List<ChannelInfo> channels() {
        DescElement list = desc.child("channels");
        List<DescElement> described = list == null ? List.of() : list.children("channel");
        List<ChannelInfo> channels = new ArrayList<>(channelCount);
        for (int i = 0; i < channelCount; i++) {
            channels.add(i < described.size() ? channel(described.get(i)) : ChannelInfo.UNKNOWN);
        }
        return List.copyOf(channels);
    }

    private static ChannelInfo channel(DescElement element) {
        return new ChannelInfo(element.childText("label"), element.childText("unit"), element.childText("type"));
    }

    /** The full description as the native library writes it. */
    public String toXml() {
        return StreamInfoXml.write(this);
    }

    /**
     * Reads a description, leniently where native writers are sloppy.
     *
     * @throws LslProtocolException if it breaks {@link LslLimits#defaults()} or lacks what readers insist on
     */
    public static StreamInfo fromXml(String xml) {
        return StreamInfoXml.read(xml, LslLimits.defaults());
    }

    /** Where the outlet answers on IPv4. */
    public Endpoint v4() {
        return new Endpoint(address, dataPort, servicePort);
    }

    /** Where samples can be had: IPv4 first, as all libraries prefer it. Empty if the stream has not been found yet. */
    public List<Endpoint> endpoints() {
        return Stream.of(v4(), v6).filter(Endpoint::isReachable).toList();
    }

    /**
     * The same stream at another address, as text; ports stay.
     *
     * @param other an IPv6 address replaces the address on IPv6, anything else the one on IPv4
     */
    public StreamInfo withAddress(String other) {
        return other.indexOf(':') >= 0 ? withEndpoints(v4(), v6.at(other)) : withEndpoints(v4().at(other), v6);
    }

    /** The same stream elsewhere. */
    public StreamInfo withEndpoints(Endpoint onIpv4, Endpoint onIpv6) {
        return new StreamInfo(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                uid,
                hostname,
                sessionId,
                createdAt,
                onIpv4.address(),
                onIpv4.dataPort(),
                onIpv4.servicePort(),
                desc,
                protocolVersion,
                onIpv6);
    }

    /** The same stream in another version of the protocol. */
    public StreamInfo withProtocol(int version) {
        return new StreamInfo(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                uid,
                hostname,
                sessionId,
                createdAt,
                address,
                dataPort,
                servicePort,
                desc,
                version,
                v6);
    }

    /** The short form: the same without metadata. */
    public StreamInfo withoutDesc() {
        return new StreamInfo(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                uid,
                hostname,
                sessionId,
                createdAt,
                address,
                dataPort,
                servicePort,
                DescElement.empty("desc"),
                protocolVersion,
                v6);
    }

    /** What an outlet on IPv4 adds to a description when it opens. */
    public StreamInfo served(String newUid, String host, String session, double openedAt, int data, int service) {
        return served(newUid, host, session, openedAt, new Endpoint("", data, service), Endpoint.NONE);
    }

    /** What an outlet adds to a description when it opens; addresses stay empty, because whoever finds it sees them. */
    public StreamInfo served(
            String newUid, String host, String session, double openedAt, Endpoint onIpv4, Endpoint onIpv6) {
        return new StreamInfo(
                name,
                type,
                channelCount,
                format,
                nominalRate,
                sourceId,
                newUid,
                host,
                session,
                openedAt,
                onIpv4.address(),
                onIpv4.dataPort(),
                onIpv4.servicePort(),
                desc,
                PROTOCOL,
                onIpv6);
    }

    /**
     * Whether the other description is of the same device: equal name, type, source id, format and channel count; where the source
     * id is empty, equal host name too. The uid does not matter.
     */
    public boolean sameIdentity(StreamInfo other) {
        return name.equals(other.name)
                && type.equals(other.type)
                && channelCount == other.channelCount
                && format == other.format
                && sourceId.equals(other.sourceId)
                && (!sourceId.isEmpty() || hostname.equals(other.hostname));
    }

    /** Collects a description. Not safe for several threads. */
    public static final class Builder {
        private final String name;
        private final String type;
        private final int channelCount;
        private final double rate;
        private final ChannelFormat format;
        private final String sourceId;
        private final List<DescElement> extra = new ArrayList<>();
        private final List<DescElement> channels = new ArrayList<>();

        private Builder(String name, String type, int channels, double rate, ChannelFormat format, String sourceId) {
            this.name = name;
            this.type = type;
            this.channelCount = channels;
            this.rate = rate;
            this.format = format;
            this.sourceId = sourceId;
        }

        /** Describes the next channel; the empty string where nothing is known. */
        public Builder channel(String label, String unit, String channelType) {
            return channel(StreamMetadata.channel(label, unit, channelType).build());
        }

        /** Describes the next channel with more than that: location, hardware, filtering. @param element as of {@link StreamMetadata#channel} */
        public Builder channel(DescElement element) {
            if (!element.name().equals("channel")) {
                throw new IllegalArgumentException("a channel is described by <channel>, not <" + element.name() + ">");
            }
            channels.add(element);
            return this;
        }

        /** Adds an element below {@code desc}, before the channels. */
        public Builder desc(DescElement child) {
            extra.add(child);
            return this;
        }

        /** @throws IllegalArgumentException if a value is out of range or more channels are described than there are */
        public StreamInfo build() {
            if (channels.size() > channelCount) {
                throw new IllegalArgumentException(
                        channels.size() + " channels described, the stream has " + channelCount);
            }
            DescElement.Builder desc = DescElement.builder("desc");
            extra.forEach(desc::add);
            if (!channels.isEmpty()) {
                DescElement.Builder list = DescElement.builder("channels");
                channels.forEach(list::add);
                desc.add(list.build());
            }
            return new StreamInfo(
                    name,
                    type,
                    channelCount,
                    format,
                    rate,
                    sourceId,
                    "",
                    "",
                    "default",
                    0,
                    "",
                    0,
                    0,
                    desc.build(),
                    PROTOCOL);
        }
    }
}
